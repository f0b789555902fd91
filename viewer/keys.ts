// Arrow keys in lists: up and down go through the titles, Home and End to the ends; from the field above down into the list, and back.

/** Moves the focus between the elements; `above` is what stands over the list. */
export function moveFocus(event: KeyboardEvent, elements: readonly HTMLElement[], above: HTMLElement | null = null): void {
  const { target, key } = event;
  const at = elements.findIndex(element => element === target);
  if (elements.length === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  if (at < 0 && !(target === above && key === 'ArrowDown')) return;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: elements.length - 1 }[key];
  if (to === undefined) return;
  event.preventDefault();
  if (to < 0) above?.focus();
  else elements[Math.min(to, elements.length - 1)]?.focus();
}
