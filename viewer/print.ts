// A sheet of paper: title, the picture of the map with its mention burned in, and the legends of what is shown.
import { h, fill } from './dom';
import { legend } from './layer-row';
import type { ShownLayers } from './shown-layers';
import { say } from './words';

/** What is printed instead of the page; it is empty until something is to be printed. */
export const printSheet = h('div', { class: 'print-sheet', 'aria-hidden': 'true' });

/** Fills the sheet and opens the browser's print dialog; throws when the picture cannot be shown. */
export async function printMap(picture: Blob, shown: ShownLayers, title: string): Promise<void> {
  const url = URL.createObjectURL(picture);
  const image = h('img', { class: 'print-picture', src: url, alt: say('map') });
  const legends = shown.visible.map(({ layer }) => h('section', {}, h('h2', {}, layer.title), legend(layer)));
  fill(printSheet, h('h1', {}, title), image, h('div', { class: 'print-legends' }, legends));
  try {
    const images = [...printSheet.querySelectorAll('img')];
    for (const one of images) one.loading = 'eager';
    await image.decode();
    // a legend that does not come is left out
    await Promise.all(images.map(one => one.decode().catch(() => undefined)));
    window.print();
  } finally {
    URL.revokeObjectURL(url);
    fill(printSheet);
  }
}
