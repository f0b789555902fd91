// Moving a row of a list by a handle: dragged with mouse, pen or finger, or by the arrow keys.

export interface Dragged {
  /** The row that the handle moves. */
  readonly row: HTMLElement;
  /** Moves it to a place of the list, 0 is the top. */
  readonly moveTo: (place: number) => void;
}

const rowsOf = (row: HTMLElement): Element[] => [...(row.parentElement?.children ?? [])];

export function dragBy(handle: HTMLElement, { row, moveTo }: Dragged): void {
  const place = (): number => rowsOf(row).indexOf(row);
  handle.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
    row.classList.add('dragged');
    event.preventDefault();
    handle.focus();
  });
  handle.addEventListener('pointermove', event => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const to = placeAt(row, event.clientY);
    if (to !== place()) {
      moveTo(to);
      // the row has been put elsewhere in the page: the pointer is still ours
      if (!handle.hasPointerCapture(event.pointerId)) handle.setPointerCapture(event.pointerId);
    }
  });
  for (const name of ['pointerup', 'pointercancel'] as const)
    handle.addEventListener(name, event => {
      if (handle.hasPointerCapture(event.pointerId)) handle.releasePointerCapture(event.pointerId);
      row.classList.remove('dragged');
    });
  handle.addEventListener('keydown', event => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    moveTo(place() + by);
  });
}

/** The place of the list that a height on the screen belongs to: a row gives way when its middle is passed. */
function placeAt(row: HTMLElement, y: number): number {
  const others = rowsOf(row).filter(one => one !== row);
  return others.filter(one => {
    const { top, height } = one.getBoundingClientRect();
    return y > top + height / 2;
  }).length;
}
