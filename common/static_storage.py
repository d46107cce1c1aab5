"""Static files of production: names carry a hash, also where our scripts import one another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = (r'(?P<matched>from "(?P<url>\./[^"]+)";)', 'from "%(url)s";')


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """A module is fetched by the hashed name of the version that is imported: no page mixes two releases."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (IMPORT,)))
