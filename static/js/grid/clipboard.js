/* Blocks of text as Excel, WPS and LibreOffice copy them: tabs between cells, lines between rows, quotes around
   cells that hold either. */
export function readBlock(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t") {
      rows.at(-1).push(cell);
      cell = "";
    } else if (sign === "\n") {
      rows.at(-1).push(cell);
      rows.push([]);
      cell = "";
    } else if (sign !== "\r") cell += sign;
  }
  rows.at(-1).push(cell);
  if (rows.length > 1 && rows.at(-1).length === 1 && rows.at(-1)[0] === "") rows.pop();
  return rows.map((row) => row.map((text) => text.replace(/\s+/g, " ").trim()));
}

export function writeBlock(rows) {
  return rows.map((row) => row.map(quote).join("\t")).join("\r\n");
}

function quote(text) {
  const plain = text.replace(/(?<=\d),(?=\d{3})/g, ""); // a workbook takes 1410 as a number in any country
  return /[\t\n"]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/* The cells that a block falls on, from the range's first cell on; a single value fills the whole range. */
export function fall(rows, range, table) {
  const block = rows.length === 1 && rows[0].length === 1 ? filled(rows[0][0], range) : rows;
  const changes = [];
  let beyond = 0;
  for (const [r, row] of block.entries()) {
    for (const [c, text] of row.entries()) {
      const place = { r: range.top + r, c: range.left + c };
      if (place.r < table.height && place.c < table.width) changes.push({ place, text });
      else beyond += 1;
    }
  }
  return { changes, beyond };
}

function filled(text, { top, bottom, left, right }) {
  return Array.from({ length: bottom - top + 1 }, () => Array(right - left + 1).fill(text));
}
