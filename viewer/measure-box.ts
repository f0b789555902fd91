// The box in which one measures: what, how much, and what can be taken back. The measure itself is fetched when it is first needed.
import type Map from 'ol/Map';
import type { Coordinate } from 'ol/coordinate';
import DoubleClickZoom from 'ol/interaction/DoubleClickZoom';
import { h, icon, signButton } from './dom';
import type { Measure, Measured, MeasureKind } from './measure';
import type { MapCrs } from './projection';
import { decimalPlaces, say, wholeNumber } from './words';

export class MeasureBox {
  readonly element: HTMLElement;
  readonly #result = h('output', { class: 'measured', 'aria-live': 'polite' }, say('measureStart'));
  readonly #map: () => Map;
  readonly #crs: () => MapCrs;
  readonly #onClose: () => void;
  readonly #onFailure: (text: string) => void;
  #measure: Measure | null = null;
  /** Points set before the measure was there. */
  readonly #early: Coordinate[] = [];

  constructor(parts: {
    readonly map: () => Map;
    readonly crs: () => MapCrs;
    readonly onClose: () => void;
    readonly onFailure: (text: string) => void;
  }) {
    this.#map = parts.map;
    this.#crs = parts.crs;
    this.#onClose = parts.onClose;
    this.#onFailure = parts.onFailure;
    const choice = (kind: MeasureKind, label: string, checked: boolean): HTMLElement => {
      const input = h('input', { type: 'radio', name: 'measure', value: kind, onchange: () => this.#show(this.#measure?.setKind(kind)) });
      input.checked = checked;
      return h('label', { class: 'choice' }, input, h('span', {}, label));
    };
    this.element = h(
      'section',
      { class: 'measure', hidden: true, 'aria-label': say('measure') },
      h(
        'header',
        {},
        h('h2', {}, say('measure')),
        signButton('close', say('close'), () => this.close()),
      ),
      h(
        'fieldset',
        { class: 'choices' },
        h('legend', { class: 'visually-hidden' }, say('measureWhat')),
        choice('length', say('measureLength'), true),
        choice('area', say('measureArea'), false),
      ),
      this.#result,
      h('p', { class: 'note', id: 'measure-help' }, say('measureHelp')),
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', class: 'small', onclick: () => this.#show(this.#measure?.undo()) }, icon('undo'), say('measureUndo')),
        h('button', { type: 'button', class: 'small', onclick: () => this.#show(this.#measure?.clear()) }, say('measureClear')),
      ),
      h('p', { class: 'note' }, say('measureNote')),
    );
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.close();
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  async open(): Promise<void> {
    this.element.hidden = false;
    // two points set quickly are no wish to zoom
    this.#zoomByDoubleClick(false);
    if (this.#measure) return;
    try {
      const { Measure: Made } = await import('./measure');
      this.#measure = new Made(this.#map(), this.#crs);
      for (const at of this.#early.splice(0)) this.add(at);
    } catch {
      this.close();
      this.#onFailure(say('measureFailed'));
    }
  }

  /** Ends measuring: points go. */
  close(): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.#early.length = 0;
    this.#zoomByDoubleClick(true);
    this.#show(this.#measure?.clear());
    this.#onClose();
  }

  add(at: Coordinate): void {
    if (this.#measure) this.#show(this.#measure.add(at));
    else this.#early.push(at);
  }

  undo(): void {
    this.#show(this.#measure?.undo());
  }

  /** The map shows the points in another projection now. */
  redraw(): void {
    this.#measure?.redraw();
  }

  #zoomByDoubleClick(active: boolean): void {
    for (const interaction of this.#map().getInteractions().getArray())
      if (interaction instanceof DoubleClickZoom) interaction.setActive(active);
  }

  #show(measured: Measured | undefined): void {
    if (measured) this.#result.textContent = measuredInWords(measured);
  }
}

function measuredInWords({ kind, points, metres, area }: Measured): string {
  if (points === 0) return say('measureStart');
  if (kind === 'length') return points < 2 ? say('measureTwo') : say('measuredLength', { value: lengthInWords(metres) });
  return points < 3 ? say('measureThree') : say('measuredArea', { value: areaInWords(area), around: lengthInWords(metres) });
}

const lengthInWords = (metres: number): string => (metres < 1000 ? `${wholeNumber(metres)} m` : `${decimalPlaces(metres / 1000, 2)} km`);

function areaInWords(squareMetres: number): string {
  if (squareMetres < 10_000) return `${wholeNumber(squareMetres)} m²`;
  return squareMetres < 1_000_000 ? `${decimalPlaces(squareMetres / 10_000, 2)} ha` : `${decimalPlaces(squareMetres / 1_000_000, 2)} km²`;
}
