// The sheet of a record: every field that helps to judge and to use the data, in a dialog.
import { badges } from './badges';
import type { Box, MapLayer } from './capabilities';
import { readRecord, recordAddress } from './catalogue';
import { fill, h, icon, signButton, titleParts, type Child } from './dom';
import { frequencyInWords, roleInWords } from './codes';
import { layerOf } from './inventory';
import { safeAddress, type Linked, type MetadataRecord } from './record';
import { copyLine } from './copy-line';
import { explainPart } from './explain';
import { layerAddresses, readsFeatures } from './qgis';
import { address, inWords, plainAddress, ServiceError } from './services';
import type { ShownLayers } from './shown-layers';
import { dateInWords, decimal, say, wholeNumber } from './words';

export interface SheetEvents {
  readonly onExtent: (box: Box) => void;
  /** Nobody is logged in: to log in may show more. */
  readonly canLogIn: () => boolean;
  readonly onLogIn: () => void;
  /** A record is open, or none any more. */
  readonly onChange: () => void;
}

export class RecordSheet {
  readonly element: HTMLDialogElement;
  readonly #shown: ShownLayers;
  readonly #events: SheetEvents;
  readonly #body = h('div', { class: 'sheet-body' });
  #asked = '';

  constructor(shown: ShownLayers, events: SheetEvents) {
    this.#shown = shown;
    this.#events = events;
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
    this.element.addEventListener('close', () => events.onChange());
    // a click beside the dialog closes it, as Escape does
    this.element.addEventListener('click', event => {
      if (event.target === this.element) this.element.close();
    });
  }

  /** Identifier of the record that is open. */
  get identifier(): string | null {
    return this.element.open ? this.#asked : null;
  }

  async open(identifier: string): Promise<void> {
    this.#asked = identifier;
    fill(this.#body, h('p', { class: 'note busy', role: 'status' }, say('recordLoading')));
    if (!this.element.open) this.element.showModal();
    this.#events.onChange();
    try {
      const record = await readRecord(identifier);
      if (this.#asked !== identifier) return;
      fill(this.#body, record ? this.#content(record) : this.#gone());
    } catch (error) {
      if (this.#asked === identifier) fill(this.#body, this.#failed(error, identifier));
    }
    this.#body.scrollTop = 0;
  }

  /** Unknown and hidden are one answer (R23): perhaps an account helps. */
  #gone(): Child {
    return h(
      'div',
      { class: 'empty', role: 'alert' },
      h('p', {}, say('recordGone')),
      this.#events.canLogIn()
        ? h('button', { type: 'button', onclick: () => this.#leave(this.#events.onLogIn) }, say('loginForMore'))
        : null,
    );
  }

  #failed(error: unknown, identifier: string): Child {
    const again = h('button', { type: 'button', onclick: () => void this.open(identifier) }, say('retry'));
    const logIn =
      error instanceof ServiceError && error.status === 401
        ? h('button', { type: 'button', onclick: () => this.#leave(this.#events.onLogIn) }, say('logIn'))
        : null;
    return h('div', { class: 'empty error', role: 'alert' }, h('p', {}, inWords(error)), logIn ?? again);
  }

  #leave(then: () => void): void {
    this.element.close();
    then();
  }

  #content(record: MetadataRecord): Child {
    const layer = layerOf(record, this.#shown.offer.layers);
    return [
      h('h2', { tabindex: -1 }, titleParts(record.title === '' ? say('untitled') : record.title)),
      badges(record, layer),
      layer ? this.#overview(record, layer) : null,
      layer ? this.#showButton(layer) : null,
      record.pooled ? explainPart(record.identifier, ownerMail(record)) : null,
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
        field(say('recordPage'), [copyLine(say('recordPage'), plainAddress(`records/${encodeURIComponent(record.identifier)}`), false)]),
        field(say('links'), [
          ...record.links.flatMap(link => linkLine(link.url, link.description ?? link.name ?? link.protocol)),
          xmlLine(record.identifier),
        ]),
        field(say('identifier'), [h('code', {}, record.identifier)]),
        field(say('recordDate'), record.dateStamp === null ? [] : [dateInWords(record.dateStamp)]),
      ),
    ];
  }

  /** The record's own picture, drawn by our map service for those who may see the layer. */
  #overview(record: MetadataRecord, layer: MapLayer): Child {
    const src = record.overviews.map(one => ourPicture(one, layer)).find(one => one !== null);
    if (!src) return null;
    const alt = say('overviewOf', { title: layer.title });
    const image = h('img', { class: 'overview', src, alt, width: 320, height: 200, loading: 'lazy' });
    image.addEventListener('error', () => image.remove());
    return image;
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
      this.#events.onExtent(box);
    };
    return h(
      'span',
      { class: 'extent' },
      `${decimal(south)}° – ${decimal(north)}° N, ${decimal(west)}° – ${decimal(east)}° E `,
      h('button', { type: 'button', class: 'small', onclick: zoom }, say('zoomToExtent')),
    );
  }
}

/** The owner's address, else the first that is written. */
const ownerMail = (record: MetadataRecord): string | null =>
  (record.parties.find(party => party.role === 'owner' && party.email !== null) ?? record.parties.find(party => party.email !== null))
    ?.email ?? null;

/** A picture of this layer by our map service, at the address of this page, so that a key or scope is kept; null for any other. */
function ourPicture(url: string, layer: MapLayer): string | null {
  if (!URL.canParse(url)) return null;
  const { pathname, search, searchParams } = new URL(url);
  return pathname.endsWith('/wms') && searchParams.get('LAYERS') === layer.name ? address(`wms${search}`) : null;
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

/** Addresses to paste into QGIS: services where there is a layer, the catalogue always. */
function useInGis(layer: MapLayer | undefined): HTMLElement {
  const box = h('div', { class: 'addresses' });
  const catalogue = copyLine(say('serviceCsw'), plainAddress('csw'));
  if (layer) void readsFeatures(layer).then(features => fill(box, layerAddresses(layer, features), catalogue));
  else fill(box, h('p', { class: 'note' }, say('useInGisCatalogue')), catalogue);
  return box;
}
