// The mention of the partnership, always in sight on the map and in every picture of it (R50): the text, then owner and date of what is shown.
import { h, fill } from './dom';
import { mentionText } from './record';
import type { ShownLayers } from './shown-layers';

/** Owners and dates of the layers drawn, each once, without the text itself. */
export function ownersOf(shown: ShownLayers): string[] {
  const owners = shown.visible.map(({ layer }) =>
    layer.attribution.startsWith(mentionText)
      ? layer.attribution.slice(mentionText.length).replace(/^\s*[–—-]?\s*/, '')
      : layer.attribution,
  );
  return [...new Set(owners)].filter(owner => owner !== '');
}

/** The whole mention on one line. */
export function mentionOf(shown: ShownLayers): string {
  const owners = ownersOf(shown);
  return owners.length === 0 ? mentionText : `${mentionText} – ${owners.join(' ; ')}`;
}

/** The line on the map. */
export function mentionLine(shown: ShownLayers): HTMLElement {
  const line = h('p', { class: 'mention', lang: 'fr' });
  const show = (): void => {
    const owners = ownersOf(shown);
    fill(line, h('strong', {}, mentionText), owners.length === 0 ? null : [' – ', ...unbroken(owners.join(' ; '))]);
  };
  shown.listen(show);
  show();
  return line;
}

/** A text whose dates are not broken at their hyphens. */
const unbroken = (text: string): (string | HTMLElement)[] =>
  text.split(/(\d{4}-\d\d-\d\d)/).map((part, place) => (place % 2 === 0 ? part : h('span', { class: 'date' }, part)));
