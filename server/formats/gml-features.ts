// Reads the features of a GML file as a table: each simple property a field, nested ones flattened, one geometry. Two passes, as for GeoJSON.
// The axis order is that of srsName (EPSG:n is x,y; URN and URI follow the CRS), turned once and here.
import { Budget } from '../core/filter/budget';
import { isGml, readCoordinates } from '../core/filter/gml-read';
import { crsByCode } from '../core/model/crs';
import { Fault } from '../core/model/fault';
import type { GeometryType, ScalarType } from '../core/model/feature-type';
import { eachPosition, widerType } from '../core/model/geometry-kind';
import type { Geometry } from '../core/model/geometry';
import { speaker } from '../core/model/say';
import type { Say } from '../core/model/say';
import type { OpenOptions, SourceField, SourceRow, SourceValue, VectorSource } from '../core/ports/vector-source';
import { ns } from '../core/xml/names';
import type { Element } from '../core/xml/read';
import { CrsGuess } from './crs-guess';
import { gmlEncoding, gmlFeatures, srsNameIn } from './gml-stream';
import type { GmlDocument } from './gml-stream';
import { declaredTypes } from './gml-xsd';
import { instantOf, isDay, isInstant, widen, wholeType } from './infer';
import { chooseLayer } from './layers';

const maxFields = 1500;
const maxVertices = 10_000_000;

interface Reference {
  readonly srid: number;
  /** North,east is written. */
  readonly flip: boolean;
}

/** What a feature says, its properties by their path. */
interface Read {
  readonly id: string | null;
  readonly properties: ReadonlyMap<string, string | null>;
  readonly geometries: readonly Element[];
}

/** Opens a GML file. Faults: malformed, too-large, missing-parameter and invalid-value (layer), invalid-crs. */
export async function openGml(path: string, options: OpenOptions): Promise<VectorSource> {
  const say = speaker(options.language);
  const encoding = await gmlEncoding(path, options.encoding);
  const about: GmlDocument = { srsName: null, schemaLocation: null };
  const surveys = new Map<string, Survey>();
  for await (const { element } of gmlFeatures(path, encoding, about, say)) {
    const survey = surveys.get(element.name) ?? new Survey(say);
    surveys.set(element.name, survey);
    survey.see(element, about);
    if (surveys.size > 1000) throw new Fault('too-large', 'source', say('plus de 1000 types d’objets', 'more than 1000 types of features'));
  }
  if (surveys.size === 0)
    throw new Fault(
      'malformed',
      'source',
      say('le document XML n’est pas une collection d’objets GML', 'the XML document is no collection of GML features'),
    );
  const layers = [...surveys.keys()];
  const layer = chooseLayer(layers, options.layer, say);
  const survey = surveys.get(layer) ?? new Survey(say);
  const declared = await declaredTypes(path, about.schemaLocation);
  const fields = survey.fields(declared);
  const reference = survey.reference(options.srs);
  const notes = survey.notes(reference, options.srs, declared.size > 0);
  return {
    format: 'gml',
    layers,
    layer,
    fields,
    geometry: survey.geometryType === null ? null : { type: survey.geometryType, srid: reference.srid, dimension: survey.dimension },
    total: survey.total,
    encoding,
    notes,
    async *rows(signal): AsyncGenerator<SourceRow> {
      const again: GmlDocument = { srsName: null, schemaLocation: null };
      for await (const { number, element } of gmlFeatures(path, encoding, again, say)) {
        signal?.throwIfAborted();
        if (element.name === layer) yield rowOf(number, element, { fields, reference, about, told: options.srs !== undefined }, say);
      }
    },
    close: () => Promise.resolve(),
  };
}

/** The types of features that a file holds. */
export async function gmlLayers(path: string, say: Say): Promise<readonly string[]> {
  const names = new Set<string>();
  const encoding = await gmlEncoding(path, undefined);
  for await (const { element } of gmlFeatures(path, encoding, { srsName: null, schemaLocation: null }, say)) names.add(element.name);
  return [...names];
}

function readFeature(element: Element): Read {
  const properties = new Map<string, string | null>();
  const geometries: Element[] = [];
  const add = (name: string, value: string | null): void => {
    const before = properties.get(name);
    properties.set(name, before === undefined || before === null ? value : value === null ? before : `${before}, ${value}`);
  };
  const visit = (property: Element, path: string): void => {
    if (property.name === 'boundedBy' || property.name === 'metaDataProperty') return;
    const geometry = property.children.find(child => isGml(child) && geometryNames.has(child.name));
    if (geometry) geometries.push(geometry);
    else if (property.children.length > 0)
      for (const child of property.children) visit(child, path === '' ? child.name : `${path}.${child.name}`);
    else add(path, valueOf(property));
  };
  for (const property of element.children) visit(property, property.name);
  const id = element.attribute('id', ns.gml32) ?? element.attribute('id', ns.gml) ?? element.attribute('fid') ?? null;
  return { id, properties, geometries };
}

/** nil and an empty element are no value; a reference is where it points to. */
function valueOf(property: Element): string | null {
  if (property.attribute('nil', ns.xsi) === 'true') return null;
  const text = property.text.trim();
  return text === '' ? (property.attribute('href', ns.xlink)?.trim() ?? null) : text;
}

const geometryNames: ReadonlySet<string> = new Set([
  'Point',
  'LineString',
  'Curve',
  'CompositeCurve',
  'LinearRing',
  'Polygon',
  'Surface',
  'CompositeSurface',
  'MultiPoint',
  'MultiLineString',
  'MultiCurve',
  'MultiPolygon',
  'MultiSurface',
  'MultiGeometry',
  'OrientableCurve',
  'OrientableSurface',
  'PolyhedralSurface',
  'Solid',
  'Tin',
  'TriangulatedSurface',
]);

/** Type of a text; a leading zero makes a code. */
function typeOfText(text: string): ScalarType {
  if (/^-?(?:0|[1-9]\d*)$/.test(text)) return wholeType(Number(text)) ?? 'string';
  if (/^-?(?:0|[1-9]\d*)?(?:\.\d+)?(?:[eE][-+]?\d{1,3})?$/.test(text) && /\d/.test(text) && Number.isFinite(Number(text))) return 'double';
  if (text === 'true' || text === 'false') return 'boolean';
  return isDay(text) ? 'date' : isInstant(text) ? 'dateTime' : 'string';
}

/** The declared type where the values agree; a whole number in a field of decimals is one of them. */
function settle(declared: ScalarType | undefined, seen: ScalarType | null): ScalarType {
  if (declared === undefined || seen === null) return declared ?? seen ?? 'string';
  if (declared === 'boolean' && seen === 'integer') return 'integer';
  return widen(declared, seen);
}

/** What the first pass finds of one type of features. */
class Survey {
  total = 0;
  geometryType: GeometryType | null = null;
  dimension: 2 | 3 = 2;
  private readonly seen = new Map<string, { type: ScalarType | null; present: number }>();
  private ids = 0;
  private several = 0;
  private readonly systems = new Map<string, number>();
  private readonly guess = new CrsGuess();

  constructor(private readonly say: Say) {}

  see(element: Element, about: GmlDocument): void {
    this.total++;
    const { id, properties, geometries } = readFeature(element);
    if (id !== null) this.ids++;
    for (const [name, value] of properties) {
      const field = this.seen.get(name) ?? { type: null, present: 0 };
      this.seen.set(name, field);
      if (value === null) continue;
      field.present++;
      if (field.type !== 'string') field.type = widen(field.type, typeOfText(value));
    }
    if (this.seen.size > maxFields)
      throw new Fault(
        'too-large',
        'source',
        this.say(
          `les objets ont plus de ${maxFields} propriétés différentes`,
          `the features have more than ${maxFields} different properties`,
        ),
      );
    const [first] = geometries;
    if (geometries.length > 1) this.several++;
    if (first === undefined) return;
    const name = srsNameIn(first) ?? about.srsName ?? '';
    this.systems.set(name, (this.systems.get(name) ?? 0) + 1);
    const geometry = tried(first);
    if (geometry === null) return;
    this.geometryType = widerType(this.geometryType, geometry.type);
    eachPosition(geometry, position => {
      if (position.length > 2) this.dimension = 3;
      if (name === '') this.guess.add(position[0], position[1]);
    });
  }

  fields(declared: ReadonlyMap<string, ScalarType>): SourceField[] {
    const fields = [...this.seen].map(([name, { type, present }]) => ({
      name,
      type: settle(declared.get(name.split('.').at(-1) ?? name), type),
      nillable: present < this.total,
    }));
    const free = this.ids > 0 && !this.seen.has('gml_id');
    return free ? [{ name: 'gml_id', type: 'string', nillable: this.ids < this.total }, ...fields] : fields;
  }

  /** That of most features. Fault invalid-crs when nothing tells it. */
  reference(told: number | undefined): Reference {
    const name = this.mostly();
    const written = referenceOf(name);
    if (told !== undefined) return { srid: told, flip: written?.flip ?? false };
    if (written !== null) return written;
    if (this.geometryType === null) return { srid: 4326, flip: false };
    // degrees do not tell which of them comes first
    const guessed = name === '' ? this.guess.result() : null;
    if (guessed !== null && guessed.code !== 4326) return { srid: guessed.code, flip: false };
    throw new Fault(
      'invalid-crs',
      'srs',
      name === ''
        ? this.say(
            'le fichier ne dit pas son système de coordonnées (srsName) : dites-le (--srs EPSG:n)',
            'the file does not tell its coordinate reference system (srsName): tell it (EPSG code)',
          )
        : this.say(
            `srsName « ${name.slice(0, 80)} » n’est pas reconnu : dites le système (--srs EPSG:n)`,
            `srsName "${name.slice(0, 80)}" is not recognised: tell the system (EPSG code)`,
          ),
    );
  }

  /** srsName of most features, '' for none. */
  private mostly(): string {
    return [...this.systems].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
  }

  notes(reference: Reference, told: number | undefined, schema: boolean): string[] {
    const notes: string[] = [];
    const { say } = this;
    if (schema) notes.push(say('types d’après le schéma .xsd', 'types by the .xsd schema'));
    if (this.geometryType !== null && told === undefined)
      notes.push(
        this.systems.has('') && referenceOf(this.mostly()) === null
          ? say(
              `pas de srsName : EPSG:${reference.srid} supposé d'après les coordonnées`,
              `no srsName: EPSG:${reference.srid} assumed from the coordinates`,
            )
          : say(
              `EPSG:${reference.srid} d'après srsName, ${reference.flip ? 'nord puis est' : 'est puis nord'}`,
              `EPSG:${reference.srid} by srsName, ${reference.flip ? 'north then east' : 'east then north'}`,
            ),
      );
    if (this.several > 0)
      notes.push(
        say(
          `${this.several} objets ont plusieurs géométries : la première est prise`,
          `${this.several} features have several geometries: the first is taken`,
        ),
      );
    return notes;
  }
}

/** What srsName says of code and axis order; null when it is no code. CRSs out of our table: geographic ones (4000–4999) are north first. */
function referenceOf(name: string): Reference | null {
  const text = name.trim();
  if (
    /^(?:urn:(?:x-)?ogc:def:crs:OGC:(?:[\d.]*:)?CRS:?84|CRS:84|OGC:CRS84|https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/[\d.]+\/CRS84)$/i.test(
      text,
    )
  )
    return { srid: 4326, flip: false };
  const short = /^(?:EPSG:|https?:\/\/www\.opengis\.net\/gml\/srs\/epsg\.xml#)(\d{1,6})$/i.exec(text)?.[1];
  if (short !== undefined) return { srid: Number(short), flip: false };
  const long =
    /^urn:(?:x-)?ogc:def:crs:EPSG:[\d.]*:(\d{1,6})$/i.exec(text)?.[1] ??
    /^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[\d.]+\/(\d{1,6})$/i.exec(text)?.[1];
  if (long === undefined) return null;
  const srid = Number(long);
  return { srid, flip: crsByCode(srid)?.northFirst ?? (srid >= 4000 && srid < 5000) };
}

function tried(element: Element): Geometry | null {
  try {
    return readCoordinates(element, false, new Budget('source', maxVertices));
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

interface Layout {
  readonly fields: readonly SourceField[];
  readonly reference: Reference;
  readonly about: GmlDocument;
  /** The user told the CRS: what the features say of it is not looked at. */
  readonly told: boolean;
}

function rowOf(line: number, element: Element, { fields, reference, about, told }: Layout, say: Say): SourceRow {
  const { id, properties, geometries } = readFeature(element);
  const refused = (problem: string): SourceRow => ({ line, values: [], geometry: null, problem });
  const values = fields.map(field =>
    field.name === 'gml_id' && !properties.has('gml_id') ? id : shaped(properties.get(field.name) ?? null, field.type),
  );
  const [first] = geometries;
  if (first === undefined) return { line, values, geometry: null };
  const own = referenceOf(srsNameIn(first) ?? about.srsName ?? '');
  if (!told && own !== null && own.srid !== reference.srid)
    return refused(
      say(
        `coordonnées en EPSG:${own.srid}, les autres objets sont en EPSG:${reference.srid}`,
        `coordinates in EPSG:${own.srid}, the other features are in EPSG:${reference.srid}`,
      ),
    );
  try {
    return { line, values, geometry: readCoordinates(first, own?.flip ?? reference.flip, new Budget('source', maxVertices)) };
  } catch (error) {
    if (error instanceof Fault)
      return refused(say(`géométrie illisible : ${error.message}`, `geometry that cannot be read: ${error.message}`));
    throw error;
  }
}

/** A text as a value of its field's type, which every text of the file has been seen by. */
function shaped(text: string | null, type: ScalarType): SourceValue {
  if (text === null) return null;
  switch (type) {
    case 'integer':
    case 'long':
      return Number.isSafeInteger(Number(text)) ? Number(text) : text;
    case 'decimal':
    case 'double':
      return Number(text);
    case 'boolean':
      return text === 'true';
    case 'dateTime':
      return isDay(text) ? `${text}T00:00:00Z` : instantOf(text);
    default:
      return text;
  }
}
