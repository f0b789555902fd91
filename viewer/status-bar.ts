// The line below the map: scale, projection, where the pointer is (else the centre), and the mention (R50).
import type { Coordinate } from 'ol/coordinate';
import { h } from './dom';
import { scaleInWords } from './map-view';
import { mentionLine } from './mention';
import { isMapCrs, lambert93, placeInWords, webMercator, type MapCrs } from './projection';
import type { ShownLayers } from './shown-layers';
import { say } from './words';

export class StatusBar {
  readonly element: HTMLElement;
  readonly #scale = h('output', { class: 'scale' });
  readonly #place = h('output', { class: 'place', title: say('coordinates') });
  readonly #crs: HTMLSelectElement;

  constructor(shown: ShownLayers, onCrs: (crs: MapCrs) => void) {
    this.#crs = h(
      'select',
      {
        id: 'crs',
        onchange: () => {
          if (isMapCrs(this.#crs.value)) onCrs(this.#crs.value);
        },
      },
      h('option', { value: lambert93 }, say('projectionLambert')),
      h('option', { value: webMercator }, say('projectionMercator')),
    );
    this.element = h(
      'footer',
      { class: 'map-foot' },
      h(
        'div',
        { class: 'map-facts' },
        this.#scale,
        h('label', { class: 'visually-hidden', for: 'crs' }, say('projection')),
        this.#crs,
        this.#place,
      ),
      mentionLine(shown),
    );
  }

  showScale(denominator: number): void {
    this.#scale.textContent = scaleInWords(denominator);
  }

  /** `at` in the map's projection. */
  showPlace(at: Coordinate, crs: MapCrs): void {
    this.#place.textContent = placeInWords(at, crs);
  }

  showCrs(crs: MapCrs): void {
    this.#crs.value = crs;
  }
}
