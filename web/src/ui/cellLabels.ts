/**
 * Writes on every cell of a body the name of its column, for layouts that hide the head, and the
 * roles that browsers take away from a table when its parts are no longer laid out as one.
 */
export function labelCells(table: HTMLTableElement): void {
  setAttribute(table, 'role', 'table');
  const names: string[] = [];
  for (const part of table.querySelectorAll('thead, tbody')) setAttribute(part, 'role', 'rowgroup');
  for (const row of table.querySelectorAll('tr')) {
    setAttribute(row, 'role', 'row');
    let column = 0;
    for (const cell of row.cells) {
      const inHead = cell.closest('thead') !== null;
      if (inHead) names[column] = (cell.textContent ?? '').replace(/\s+/g, ' ').trim();
      else if (names[column]) setAttribute(cell, 'data-label', names[column] ?? '');
      setAttribute(
        cell,
        'role',
        cell.tagName === 'TD' ? 'cell' : inHead ? 'columnheader' : 'rowheader',
      );
      column += cell.colSpan;
    }
  }
}

/** Only what differs is written: this runs after every change of the table. */
function setAttribute(of: Element, name: string, value: string): void {
  if (of.getAttribute(name) !== value) of.setAttribute(name, value);
}
