// The sheet of a record: every field that helps to judge and to use the data, in a dialog.
import { badges } from './badges';
import type { Box, MapLayer } from './capabilities';
import { readRecord, recordAddress } from './catalogue';
import { fill, h, icon, signButton, type Child } from './dom';
import { frequencyInWords, roleInWords } from './codes';
import { layerOf } from './inventory';
import { safeAddress, type Linked, type MetadataRecord } from './record';
import { address, inWords, type ServiceName } from './services';
import type { ShownLayers } from './shown-layers';
import { dateInWords, decimal, say, wholeNumber } from './words';

export class RecordSheet {
  readonly element: HTMLDialogElement;
  readonly #shown: ShownLayers;
  readonly #onExtent: (box: Box) => void;
  readonly #body = h('div', { class: 'sheet-body' });
  #asked = '';

  constructor(shown: ShownLayers, onExtent: (box: Box) => void) {
    this.#shown = shown;
    this.#onExtent = onExtent;
    this.element = h(
      'dialog',
      { class: 'sheet', 'aria-label': say('record') },
      h(
        'div',
        { class: 'sheet-close' },
        signButton('close', say('close'), () => this.element.close()),
      ),
      this.#body,
    );
    // a click beside the dialog closes it, as Escape does
    this.element.addEventListener('click', event => {
      if (event.target === this.element) this.element.close();
    });
  }

  async open(identifier: string): Promise<void> {
    this.#asked = identifier;
    fill(this.#body, h('p', { class: 'note busy', role: 'status' }, say('recordLoading')));
    if (!this.element.open) this.element.showModal();
    try {
      const record = await readRecord(identifier);
      if (this.#asked !== identifier) return;
      fill(this.#body, record ? this.#content(record) : h('p', { class: 'note', role: 'alert' }, say('recordGone')));
    } catch (error) {
      if (this.#asked === identifier) fill(this.#body, h('p', { class: 'note error', role: 'alert' }, inWords(error)));
    }
    this.#body.scrollTop = 0;
  }

  #content(record: MetadataRecord): Child {
    const layer = layerOf(record, this.#shown.offer.layers);
    return [
      h('h2', {}, record.title === '' ? say('untitled') : record.title),
      badges(record, layer),
      layer ? this.#showButton(layer) : null,
      h('p', { class: 'abstract' }, record.abstract === '' ? say('noAbstract') : record.abstract),
      h(
        'dl',
        {},
        field(
          say('organisations'),
          record.parties.map(party => partyLine(party.organisation, party.role, party.email)),
        ),
        field(
          say('dates'),
          record.dates.map(({ type, date }) => `${dateLabel(type)} : ${dateInWords(date)}`),
        ),
        field(
          say('period'),
          record.periods.map(({ begin, end }) => `${begin === null ? '…' : dateInWords(begin)} – ${end === null ? '…' : dateInWords(end)}`),
        ),
        field(say('updateFrequency'), record.frequency === null ? [] : [frequencyInWords(record.frequency)]),
        field(
          say('usageScale'),
          record.denominators.map(value => `1 : ${wholeNumber(value)}`),
        ),
        field(say('resolution'), record.distances),
        field(say('usageRules'), record.usage),
        field(say('conditions'), record.conditions.map(linkedText)),
        field(say('limitation'), record.limitations.map(linkedText)),
        field(say('lineage'), record.lineage === null ? [] : [record.lineage]),
        field(
          say('keywords'),
          record.keywords.length === 0
            ? []
            : [
                h(
                  'ul',
                  { class: 'words' },
                  record.keywords.map(word => h('li', {}, word)),
                ),
              ],
        ),
        field(say('crs'), record.crs),
        field(say('formats'), record.formats.length === 0 ? [] : [record.formats.join(', ')]),
        field(
          say('conformity'),
          record.conformity.map(({ title, pass }) => `${title} : ${say(pass === null ? 'notEvaluated' : pass ? 'conform' : 'notConform')}`),
        ),
        field(
          say('extent'),
          record.boxes.map(box => this.#extent(box)),
        ),
        field(say('notices'), record.notices),
        field(say('useInGis'), [useInGis(layer)]),
        field(say('links'), [
          ...record.links.flatMap(link => linkLine(link.url, link.description ?? link.name ?? link.protocol)),
          xmlLine(record.identifier),
        ]),
        field(say('identifier'), [h('code', {}, record.identifier)]),
        field(say('recordDate'), record.dateStamp === null ? [] : [dateInWords(record.dateStamp)]),
      ),
    ];
  }

  #showButton(layer: MapLayer): HTMLElement {
    const button = h('button', { type: 'button', class: 'primary' });
    const name = (): void => fill(button, icon('layers'), say(this.#shown.find(layer.name) ? 'hideFromMap' : 'showOnMap'));
    button.addEventListener('click', () => {
      if (this.#shown.find(layer.name)) this.#shown.remove(layer.name);
      else this.#shown.add(layer);
      name();
    });
    name();
    return h('p', {}, button);
  }

  #extent(box: Box): HTMLElement {
    const [west, south, east, north] = box;
    const zoom = (): void => {
      this.element.close();
      this.#onExtent(box);
    };
    return h(
      'span',
      { class: 'extent' },
      `${decimal(south)}° – ${decimal(north)}° N, ${decimal(west)}° – ${decimal(east)}° E `,
      h('button', { type: 'button', class: 'small', onclick: zoom }, say('zoomToExtent')),
    );
  }
}

function field(name: string, values: readonly (string | Node)[]): Child {
  if (values.length === 0) return null;
  const [only] = values;
  const content =
    values.length === 1 && only !== undefined
      ? only
      : h(
          'ul',
          {},
          values.map(value => h('li', {}, value)),
        );
  return h('div', { class: 'field' }, h('dt', {}, name), h('dd', {}, content));
}

function dateLabel(type: string): string {
  if (type === 'creation') return say('dateCreation');
  return say(type === 'revision' ? 'dateRevision' : 'datePublication');
}

function partyLine(organisation: string, role: string, email: string | null): HTMLElement {
  const named = role === '' ? organisation : `${organisation} (${roleInWords(role)})`;
  const mail = email !== null && /^[^\s@]+@[^\s@]+$/.test(email) ? h('a', { href: `mailto:${email}` }, email) : email;
  return h('span', {}, named, mail === null ? null : ' – ', mail);
}

function linkedText({ text, href }: Linked): HTMLElement | string {
  const safe = href === null ? null : safeAddress(href);
  return safe === null ? text : outside(safe, text);
}

const outside = (href: string, text: string): HTMLElement => h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text);

function linkLine(url: string, text: string): (HTMLElement | string)[] {
  const safe = safeAddress(url);
  return safe === null ? [] : [outside(safe, text === '' ? url : text)];
}

const xmlLine = (identifier: string): HTMLElement => outside(recordAddress(identifier), say('xml'));

const gisServices: readonly (readonly [ServiceName, string])[] = [
  ['wms', 'WMS'],
  ['wfs', 'WFS'],
  ['csw', 'CSW'],
];

/** Addresses to paste into QGIS: services where there is a layer, the catalogue always. */
function useInGis(layer: MapLayer | undefined): HTMLElement {
  const offered = layer ? gisServices : gisServices.filter(([name]) => name === 'csw');
  return h(
    'div',
    { class: 'gis' },
    h('p', { class: 'note' }, layer ? say('useInGisHelp', { name: layer.name }) : say('useInGisCatalogue')),
    offered.map(([name, label]) => addressLine(label, address(name))),
  );
}

function addressLine(label: string, url: string): HTMLElement {
  const value = h('input', { type: 'text', readonly: true, value: url, 'aria-label': label, size: 30 });
  value.addEventListener('focus', () => value.select());
  const button = h('button', { type: 'button', class: 'small', 'aria-label': say('copyAddress', { service: label }) }, say('copy'));
  button.addEventListener('click', () => {
    value.select();
    navigator.clipboard
      .writeText(url)
      .then(() => (button.textContent = say('copied')))
      // without permission the address stays selected, ready to be copied by keyboard
      .catch(() => value.focus());
  });
  return h('p', { class: 'address' }, h('span', { class: 'label' }, label), value, button);
}
