// The filters of the inventory: theme, organisation, access, origin, each a list with the number of records that the searched words leave.
import type { Kind, Search } from './catalogue';
import { topicInWords } from './codes';
import { fill, h, icon } from './dom';
import { address, request } from './services';
import { say, wholeNumber } from './words';

export type Access = '' | 'open' | 'partners';
export type Filters = Pick<Search, 'kind' | 'topic' | 'organisation' | 'access'>;

interface Counted {
  readonly value: string;
  readonly count: number;
}

interface Facets {
  readonly matched: number;
  readonly open: number;
  readonly kinds: readonly Counted[];
  readonly topics: readonly Counted[];
  readonly organisations: readonly Counted[];
}

/** `filter`: the ogc:Filter of the searched words, '' for everything. */
export async function readFacets(filter: string, signal: AbortSignal): Promise<Facets> {
  const response = await request(address('api/facets', filter === '' ? {} : { filter }), { signal });
  return (await response.json()) as Facets;
}

type Options = readonly (readonly [value: string, label: string])[];

const counted = (label: string, count: number): string => say('counted', { label, n: wholeNumber(count) });

export class FacetBar {
  readonly element: HTMLElement;
  readonly #topic: HTMLSelectElement;
  readonly #organisation: HTMLSelectElement;
  readonly #access: HTMLSelectElement;
  readonly #kind: HTMLSelectElement;
  readonly #label = h('span', {});
  readonly #clear: HTMLButtonElement;

  constructor(onChange: () => void) {
    const select = (id: string): HTMLSelectElement =>
      h('select', {
        id,
        onchange: () => {
          this.#follow();
          onChange();
        },
      });
    const field = (label: string, control: HTMLSelectElement): HTMLElement =>
      h('div', { class: 'facet' }, h('label', { for: control.id }, label), control);
    this.#topic = select('topic');
    this.#organisation = select('organisation');
    this.#access = select('access');
    this.#kind = select('kind');
    this.#clear = h(
      'button',
      {
        type: 'button',
        class: 'small',
        onclick: () => {
          this.clear();
          onChange();
        },
      },
      say('clearFilters'),
    );
    // the lists are open where there is room for them
    this.element = h(
      'details',
      { class: 'facets', open: window.matchMedia('(min-width: 761px) and (min-height: 860px)').matches },
      h('summary', {}, icon('filter'), this.#label),
      h(
        'div',
        { class: 'facet-grid' },
        field(say('filterTopic'), this.#topic),
        field(say('filterOrganisation'), this.#organisation),
        field(say('filterAccess'), this.#access),
        field(say('filterKind'), this.#kind),
      ),
      this.#clear,
    );
    this.show(null);
  }

  get filters(): Filters {
    const kind = this.#kind.value;
    const access = this.#access.value;
    return {
      topic: this.#topic.value,
      organisation: this.#organisation.value,
      access: access === 'open' || access === 'partners' ? access : '',
      kind: kind === 'coproduced' || kind === 'pooled' ? kind : '',
    };
  }

  get isEmpty(): boolean {
    return Object.values(this.filters).every(value => value === '');
  }

  clear(): void {
    for (const select of this.#all()) select.value = '';
    this.#follow();
  }

  /** Lists with numbers; without them (not read yet, or not to be had) the choices that are always there. */
  show(facets: Facets | null): void {
    const { topics = [], organisations = [] } = facets ?? {};
    const ours = facets?.kinds.reduce((sum, kind) => sum + kind.count, 0);
    const labelled = (label: string, count: number | undefined): string => (count === undefined ? label : counted(label, count));
    const kind = (value: Kind): number | undefined => (facets ? (facets.kinds.find(one => one.value === value)?.count ?? 0) : undefined);
    this.#fill(this.#topic, [
      ['', say('topicAll')],
      ...topics.map(({ value, count }) => [value, counted(topicInWords(value), count)] as const).sort((a, b) => a[1].localeCompare(b[1])),
    ]);
    this.#fill(this.#organisation, [
      ['', say('organisationAll')],
      ...organisations.map(({ value, count }) => [value, counted(value, count)] as const),
    ]);
    this.#fill(this.#access, [
      ['', say('accessAll')],
      ['open', labelled(say('accessOpen'), facets?.open)],
      ['partners', labelled(say('accessPartners'), facets && ours !== undefined ? Math.max(0, ours - facets.open) : undefined)],
    ]);
    this.#fill(this.#kind, [
      ['', say('kindAll')],
      ['coproduced', labelled(say('kindCoproduced'), kind('coproduced'))],
      ['pooled', labelled(say('kindPooled'), kind('pooled'))],
    ]);
    this.#follow();
  }

  /** What was chosen stays chosen, even where the words leave nothing of it. */
  #fill(select: HTMLSelectElement, options: Options): void {
    const chosen = select.value;
    const gone = chosen !== '' && !options.some(([value]) => value === chosen);
    const kept: Options = gone ? [[chosen, counted(select === this.#topic ? topicInWords(chosen) : chosen, 0)]] : [];
    fill(
      select,
      [...options, ...kept].map(([value, label]) => h('option', { value }, label)),
    );
    select.value = chosen;
  }

  #all(): readonly HTMLSelectElement[] {
    return [this.#topic, this.#organisation, this.#access, this.#kind];
  }

  #follow(): void {
    const active = this.#all().filter(select => select.value !== '');
    for (const select of this.#all()) select.classList.toggle('chosen', active.includes(select));
    this.#label.textContent = active.length === 0 ? say('filters') : say('filtersActive', { n: active.length });
    this.#clear.hidden = active.length === 0;
  }
}
