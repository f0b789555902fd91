// What is published now: feature types with their tables, styles, and what capabilities say of them. Read once per generation and looked at
// again by every request (D12): a request uses an answer to a question that was put after it arrived; concurrent requests share one question.
import { type BandStatistics, type Coverage, type GridTransform, type SampleType } from '../core/model/coverage';
import type { FeatureType, GeometryType, Property, ScalarType } from '../core/model/feature-type';
import type { Envelope } from '../core/model/geometry';
import type { StyleRef } from '../core/model/layer';
import type { Text } from '../core/model/text';
import type { ServiceMetadata } from '../core/ports/doors';
import type { Database, Session } from './database';
import { Generations, generationsIn, SharedQuestion } from './generations';
import type { Numbers } from './generations';

/** A published type with what surrounds it. */
export interface PublishedType {
  readonly type: FeatureType;
  /** Of a raster: a layer, and no type of features. */
  readonly coverage: Coverage | null;
  readonly dataset: string;
  readonly kind: 'pooled' | 'coproduced';
  readonly owner: { readonly code: string; readonly name: string } | null;
  /** Code of the named collection it was put in. */
  readonly scope: string | null;
  readonly record: string | null;
  readonly styles: readonly StyleRef[];
  readonly licence: string | null;
  readonly usageScale: number | null;
  readonly conditions: Text | null;
  readonly frozen: boolean;
  /** Day of the last update that the record tells. */
  readonly updatedOn: string | null;
}

/** A named collection. */
export interface Scope {
  readonly main: boolean;
  /** What decides on who sees the records in it, each combination once. */
  readonly records: readonly ScopeRecord[];
}

export interface ScopeRecord {
  readonly state: string;
  readonly visibility: string;
  readonly owner: number | null;
  /** Code of the dataset it describes. */
  readonly dataset: string | null;
}

export interface Published {
  /** Grows with every change of the registry and of the records that it quotes. */
  readonly generation: number;
  /** Number of the records' generation. */
  readonly recordsGeneration: number;
  /** By short name, in the order of the qualified names; of a prefix the rasters first, since all else is drawn over them. */
  readonly types: ReadonlyMap<string, PublishedType>;
  /** Named collections, and whether they belong to the main endpoint too. */
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly service: ServiceMetadata;
}

/** Reads the registry. `namespaceOf` gives the URI of a prefix that the partnership set none for: `{publicUrl}/ns/{prefix}`. */
export class Registry {
  #kept: Published | null = null;
  readonly #load: SharedQuestion<Published>;
  readonly #counts = new Map<string, { readonly generation: number; readonly count: number }>();

  constructor(
    database: Database,
    namespaceOf: (prefix: string) => string,
    private readonly generations: Generations = new Generations(database),
  ) {
    this.#load = new SharedQuestion(() =>
      database.transaction({ role: 'reader', snapshot: true, timeout: loadDeadline }, async session => {
        const seen = publishedNumbers(await generationsIn(session));
        if (this.#kept?.generation === seen.generation) return this.#kept;
        return (this.#kept = { ...(await loadPublished(session, namespaceOf)), ...seen });
      }),
    );
  }

  /** What is published, as it is in the tables now. Faults: unavailable, busy. */
  async current(): Promise<Published> {
    const { generation } = publishedNumbers(await this.generations.now());
    return this.#kept?.generation === generation ? this.#kept : this.#load.ask();
  }

  /** What is published if it was read under these numbers. */
  kept(numbers: Numbers): Published | null {
    return this.#kept?.generation === publishedNumbers(numbers).generation ? this.#kept : null;
  }

  /** A number of rows counted before at that generation (where edits are noticed). */
  keptCount(stem: string, generation: number): number | null {
    const kept = this.#counts.get(stem);
    return generation > 0 && kept?.generation === generation ? kept.count : null;
  }

  keepCount(stem: string, generation: number, count: number): void {
    if (generation > 0) this.#counts.set(stem, { generation, count });
  }
}

/** Longest statement of a load, in milliseconds. */
const loadDeadline = 30_000;

/** Both numbers only grow, so that their sum tells any change of either. */
function publishedNumbers(numbers: Numbers): Pick<Published, 'generation' | 'recordsGeneration'> {
  const recordsGeneration = numbers.get('records') ?? 0;
  return { generation: recordsGeneration + (numbers.get('registry') ?? 0), recordsGeneration };
}

interface TypeRow {
  readonly dataset_id: number;
  readonly dataset: string;
  readonly kind: 'pooled' | 'coproduced';
  readonly scope: string | null;
  readonly title_fr: string;
  readonly title_en: string | null;
  readonly licence: string | null;
  readonly usage_scale: number | null;
  readonly conditions_text: string | null;
  readonly frozen: boolean;
  readonly owner_code: string | null;
  readonly owner_name: string | null;
  readonly prefix: string;
  readonly local: string;
  readonly stem: string;
  /** null: a coverage, which has no table. */
  readonly table_schema: string | null;
  readonly table_name: string | null;
  readonly key_column: string | null;
  readonly key_type: 'integer' | 'text' | null;
  readonly noticed: boolean;
  readonly geometry_column: string | null;
  readonly geometry_type: GeometryType | null;
  readonly srid: number | null;
  readonly dimension: number;
  readonly columns: readonly StoredColumn[];
  readonly time_attribute: string | null;
  readonly extent_native: readonly number[] | null;
  readonly extent_geographic: readonly number[] | null;
  readonly row_count: number | null;
  readonly generation: number;
  readonly namespace: string | null;
  readonly record: string | null;
  readonly abstract: string | null;
  readonly keywords: readonly string[] | null;
  readonly updated_on: string | null;
}

/** feature_type.columns. */
interface StoredColumn {
  readonly name: string;
  readonly column: string;
  readonly type: ScalarType;
  readonly nillable: boolean;
  readonly many?: boolean;
  readonly title?: string;
}

const typeSql = `
  select d.id as dataset_id, d.identifier as dataset, d.kind, d.scope, d.title_fr, d.title_en, d.licence, d.usage_scale, d.conditions_text,
    (d.state = 'frozen' or d.frozen_on is not null) as frozen, o.code as owner_code, o.name as owner_name,
    f.prefix, f.local, f.stem, f.table_schema, f.table_name, f.key_column, f.key_type,
    (not f.in_place or exists (select 1 from pg_trigger w where w.tgname = 'geomig_watch'
       and w.tgrelid = to_regclass(format('%I.%I', f.table_schema, f.table_name)))) as noticed,
    f.geometry_column, f.geometry_type, f.srid, f.dimension, f.columns, f.time_attribute, f.extent_native, f.extent_geographic, f.row_count,
    f.generation, n.uri as namespace, r.identifier as record, r.abstract, r.subjects as keywords,
    coalesce((select max(day) from unnest(r.revision_dates) day), (select max(day) from unnest(r.publication_dates) day),
      (select max(day) from unnest(r.creation_dates) day), (r.modified at time zone 'Europe/Paris')::date)::text as updated_on
  from geomig.feature_type f
  join geomig.dataset d on d.id = f.dataset_id
  left join geomig.organisation o on o.id = d.owner_id
  left join geomig.namespace n on n.prefix = f.prefix
  left join geomig.record r on r.dataset = d.identifier and r.state <> 'obsolete'
  order by f.prefix, f.table_name is not null, f.local`;

interface AttributeRow {
  readonly dataset_id: number;
  readonly name: string;
  readonly title_fr: string | null;
  readonly title_en: string | null;
  readonly definition: string | null;
  readonly sensitive: boolean;
}

interface StyleRow {
  readonly dataset_id: number;
  readonly name: string;
  readonly title_fr: string;
  readonly title_en: string | null;
  readonly document: string;
}

/** Everything published, in one session. */
export async function loadPublished(
  session: Session,
  namespaceOf: (prefix: string) => string,
): Promise<Omit<Published, 'generation' | 'recordsGeneration'>> {
  const rows = await session.rows<TypeRow>(typeSql);
  const attributes = await session.rows<AttributeRow>(
    'select dataset_id, name, title_fr, title_en, definition, sensitive from geomig.dataset_attribute',
  );
  const styles = await session.rows<StyleRow>(
    'select dataset_id, name, title_fr, title_en, document from geomig.style order by dataset_id, position, name',
  );
  const scopes = await session.rows<{ code: string; main: boolean }>('select code, main from geomig.scope');
  const scopeRecords = await session.rows<ScopeRecord & { readonly scope: string }>(
    'select distinct scope_code as scope, state, visibility, owner_id as owner, dataset from geomig.record where scope_code is not null',
  );
  const coverages = new Map((await session.rows<CoverageRow>(coverageSql)).map(row => [row.dataset_id, coverageOf(row)]));
  const types = rows.map(row => {
    const own = new Map(attributes.filter(one => one.dataset_id === row.dataset_id).map(one => [one.name, one]));
    const looks = styles.filter(one => one.dataset_id === row.dataset_id);
    const coverage = coverages.get(row.dataset_id) ?? null;
    return publishedOf(row, { attributes: own, styles: looks, namespace: row.namespace ?? namespaceOf(row.prefix), coverage });
  });
  return {
    types: new Map(types.map(one => [one.type.name, one])),
    scopes: new Map(scopes.map(({ code, main }) => [code, { main, records: scopeRecords.filter(record => record.scope === code) }])),
    service: await serviceOf(session),
  };
}

interface Surroundings {
  readonly attributes: ReadonlyMap<string, AttributeRow>;
  readonly styles: readonly StyleRow[];
  readonly namespace: string;
  readonly coverage: Coverage | null;
}

interface CoverageRow {
  readonly dataset_id: number;
  readonly file: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly sample: SampleType;
  readonly meaning: Coverage['meaning']['kind'];
  readonly alpha: boolean;
  readonly palette: readonly number[] | null;
  readonly nodata: number | null;
  readonly srid: number;
  readonly transform: GridTransform;
  readonly statistics: readonly (BandStatistics | null)[];
}

const coverageSql =
  'select dataset_id, file, bytes, width, height, bands, sample, meaning, alpha, palette, nodata, srid, transform, statistics from geomig.coverage';

function coverageOf({
  file,
  bytes,
  width,
  height,
  bands,
  sample,
  meaning,
  alpha,
  palette,
  nodata,
  srid,
  transform,
  statistics,
}: CoverageRow): Coverage {
  const grid = { width, height, bands, sample, srid, transform };
  return { file, bytes: Number(bytes), ...grid, meaning: { kind: meaning, alpha }, palette, nodata, statistics };
}

function publishedOf(row: TypeRow, around: Surroundings): PublishedType {
  const geometry =
    row.geometry_column !== null && row.srid !== null
      ? {
          name: row.geometry_column,
          column: row.geometry_column,
          type: row.geometry_type ?? 'Geometry',
          srid: row.srid,
          dimension: row.dimension === 3 ? (3 as const) : (2 as const),
        }
      : around.coverage
        ? footprintOf(around.coverage)
        : null;
  const native = envelopeOf(row.extent_native);
  const geographic = envelopeOf(row.extent_geographic);
  const type: FeatureType = {
    name: row.stem,
    prefix: row.prefix,
    local: row.local,
    namespace: around.namespace,
    dataset: row.dataset,
    title: textOf(row.title_fr, row.title_en),
    ...(row.abstract ? { abstract: { fr: row.abstract } } : {}),
    keywords: row.keywords ?? [],
    table: {
      schema: row.table_schema ?? '',
      name: row.table_name ?? '',
      key: { column: row.key_column ?? '', type: row.key_type ?? 'integer' },
    },
    properties: row.columns.map(column => propertyOf(column, around.attributes.get(column.name))),
    geometry,
    extent: native && geographic ? { native, geographic } : null,
    generation: row.noticed ? Number(row.generation) : 0,
    count: row.noticed && row.row_count !== null ? Number(row.row_count) : null,
    ...(row.time_attribute === null ? {} : { time: row.time_attribute }),
  };
  return {
    type,
    coverage: around.coverage,
    dataset: row.dataset,
    kind: row.kind,
    owner: row.owner_code === null || row.owner_name === null ? null : { code: row.owner_code, name: row.owner_name },
    scope: row.scope,
    record: row.record,
    styles: around.styles.map(style => ({ name: style.name, title: textOf(style.title_fr, style.title_en), document: style.document })),
    licence: row.licence,
    usageScale: row.usage_scale,
    conditions: row.conditions_text === null ? null : { fr: row.conditions_text },
    frozen: row.frozen,
    updatedOn: row.updated_on,
  };
}

const textOf = (fr: string, en: string | null): Text => (en === null ? { fr } : { fr, en });

/** What stands for the geometry of a raster: it tells the CRS; no statement is ever made of it. */
const footprintOf = ({ srid }: Coverage): NonNullable<FeatureType['geometry']> => ({
  name: 'footprint',
  column: '',
  type: 'Polygon',
  srid,
  dimension: 2,
});

function propertyOf(column: StoredColumn, told: AttributeRow | undefined): Property {
  const title = told?.title_fr ?? column.title;
  return {
    name: column.name,
    column: column.column,
    type: column.type,
    nillable: column.nillable,
    ...(column.many ? { many: true } : {}),
    ...(title ? { title: textOf(title, told?.title_en ?? null) } : {}),
    ...(told?.definition ? { definition: { fr: told.definition } } : {}),
    ...(told?.sensitive ? { sensitive: true } : {}),
  };
}

function envelopeOf(box: readonly number[] | null): Envelope | null {
  const [minX, minY, maxX, maxY] = box ?? [];
  return minX === undefined || minY === undefined || maxX === undefined || maxY === undefined ? null : { minX, minY, maxX, maxY };
}

/** Words of the service, from the settings and the pilot's own row. */
async function serviceOf(session: Session): Promise<ServiceMetadata> {
  const rows = await session.rows<{ key: string; value: unknown }>('select key, value from geomig.service_setting');
  const settings = new Map(rows.map(row => [row.key, row.value]));
  const whole = settings.get('service');
  const of = (key: string): unknown => settings.get(`service.${key}`) ?? (isObject(whole) ? whole[key] : undefined);
  const [pilot] = await session.rows<{ full_name: string; functional_email: string | null; address: string | null; url: string | null }>(
    'select full_name, functional_email, address, url from geomig.organisation where is_pilot',
  );
  const text = (key: string): Text => {
    const value = of(key);
    if (typeof value === 'string') return { fr: value };
    const fr = isObject(value) && typeof value['fr'] === 'string' ? value['fr'] : 'GeoMIG';
    return textOf(fr, isObject(value) && typeof value['en'] === 'string' ? value['en'] : null);
  };
  const word = (key: string): string | null => {
    const value = of(key);
    return typeof value === 'string' ? value : null;
  };
  return {
    title: text('title'),
    abstract: text('abstract'),
    email: word('email') ?? pilot?.functional_email ?? '',
    url: word('url') ?? pilot?.url ?? '',
    provider: pilot?.full_name ?? '',
    address: word('address') ?? pilot?.address ?? null,
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
