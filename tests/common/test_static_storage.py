from common.static_storage import HashedStaticFiles


def test_scripts_import_one_another_by_their_hashed_names(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "main.js").write_text('import { make } from "./dom.js";\nmake();\n')
    (tmp_path / "js" / "dom.js").write_text("export function make() {}\n")
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")
    paths = {name: (storage, name) for name in ("js/main.js", "js/dom.js")}

    names = {name: hashed for name, hashed, _ in storage.post_process(paths) if hashed}

    dom = names["js/dom.js"].removeprefix("js/")
    assert dom != "dom.js"
    assert f'from "./{dom}";' in (tmp_path / names["js/main.js"]).read_text()
