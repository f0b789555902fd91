// Members in GML, printed by the database: one row, one member. Absent values are absent elements (every property has minOccurs 0 or a value).
// ISO 19136 § 7.2, § 10; OGC 10-100r3 (Simple Features profile, level 0).
import type { GeometryProperty, GeometryType, Property } from '../../model/feature-type';
import type { Rendering } from '../query';
import { integer, literal, paramOnce, sql, type Sql } from '../sql';
import { type Member, Parts, idKey, instant } from './member';

type Gml = Extract<Rendering, { format: 'gml' }>;

interface Dialect {
  readonly open: string;
  readonly close: string;
  readonly idAttribute: string;
  /** First argument of ST_AsGML. */
  readonly major: 2 | 3;
}

const dialects: Readonly<Record<Gml['version'], Dialect>> = {
  '3.2': { open: '<wfs:member>', close: '</wfs:member>', idAttribute: 'gml:id', major: 3 },
  '3.1.1': { open: '<gml:featureMember>', close: '</gml:featureMember>', idAttribute: 'gml:id', major: 3 },
  '2.1.2': { open: '<gml:featureMember>', close: '</gml:featureMember>', idAttribute: 'fid', major: 2 },
};

/** The expression of one member: properties in the order of the type, then the geometry. */
export function gmlMember(member: Member, rendering: Gml): Sql {
  const { type } = member;
  const dialect = dialects[rendering.version];
  const name = `${type.prefix}:${type.local}`;
  const key = idKey(member);
  const parts = new Parts().text(`${dialect.open}<${name} ${dialect.idAttribute}="${type.name}.`).value(key).text('">');
  for (const { property, value } of member.properties) {
    const element = `${type.prefix}:${property.name}`;
    if (property.many) parts.value(severalElements(element, value));
    else if (property.nillable) parts.value(sql`${literal(`<${element}>`)} || ${xmlValue(property, value)} || ${literal(`</${element}>`)}`);
    else parts.text(`<${element}>`).value(xmlValue(property, value)).text(`</${element}>`);
  }
  if (member.geometry) {
    const { property, value } = member.geometry;
    const element = `${type.prefix}:${property.name}`;
    const shape = new GmlShape(property, value, key, member, rendering, dialect.major).print();
    parts.value(sql`${literal(`<${element}>`)} || ${shape} || ${literal(`</${element}>`)}`);
  }
  return parts.text(`</${name}>${dialect.close}`).concat();
}

/**
 * A text as XML content. Escaped only when it must be; line ends become character references, since a row of COPY holds none, and what XML 1.0
 * forbids is dropped.
 */
export function xmlText(value: Sql): Sql {
  const legal = sql`regexp_replace(${value}, '[\\u0001-\\u0008\\u000B\\u000C\\u000E-\\u001F\\uFFFE\\uFFFF]', '', 'g')`;
  const marks = sql`replace(replace(replace(${legal}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`;
  return sql`case when ${value} ~ '[&<>\\u0001-\\u001F\\uFFFE\\uFFFF]' then replace(replace(${marks}, chr(10), '&#10;'), chr(13), '&#13;') else ${value} end`;
}

function severalElements(element: string, value: Sql): Sql {
  return sql`(select string_agg(${literal(`<${element}>`)} || ${xmlText(sql`several.v`)} || ${literal(`</${element}>`)}, '' order by several.i) from unnest(${value}) with ordinality as several(v, i))`;
}

function xmlValue(property: Property, value: Sql): Sql {
  switch (property.type) {
    case 'string':
      return xmlText(value);
    case 'dateTime':
      return instant(value);
    case 'double': // XML Schema writes INF
      return sql`case when ${value} in ('Infinity', '-Infinity') then replace(${value}::text, 'Infinity', 'INF') else ${value}::text end`;
    default:
      return sql`${value}::text`;
  }
}

const elements: Readonly<Partial<Record<GeometryType, readonly [collection: string, member: string]>>> = {
  MultiPoint: ['gml:MultiPoint', 'gml:pointMember'],
  MultiLineString: ['gml:MultiCurve', 'gml:curveMember'],
  MultiPolygon: ['gml:MultiSurface', 'gml:surfaceMember'],
  GeometryCollection: ['gml:MultiGeometry', 'gml:geometryMember'],
};

/**
 * A geometry with a gml:id of its own on every element (ST_AsGML repeats one id on all members, which no validator takes). Ids begin with
 * `_.`, which no stem of a feature id does. The database's bit 16 turns axes whatever the CRS: it is passed only for `flip`.
 */
class GmlShape {
  readonly #srsName: string;
  /** The database can write the name itself: the URN with bit 1, the short form without. */
  readonly #own: boolean;
  readonly #options: number;

  constructor(
    private readonly property: GeometryProperty,
    private readonly value: Sql,
    private readonly key: Sql,
    private readonly member: Member,
    private readonly rendering: Gml,
    private readonly major: 2 | 3,
  ) {
    const urn = `urn:ogc:def:crs:EPSG::${member.srid}`;
    this.#srsName = rendering.srsName;
    this.#own = rendering.srsName === urn || rendering.srsName === this.#short;
    this.#options = (rendering.srsName === urn ? 1 : 0) | (property.dimension === 2 ? 2 : 0) | 4 | (rendering.flip ? 16 : 0);
  }

  get #short(): string {
    return `EPSG:${this.member.srid}`;
  }

  print(): Sql {
    if (this.major === 2)
      return this.#renamed(sql`ST_AsGML(2, ${this.value}, ${integer(this.rendering.decimals)}, ${integer(this.#options & 17)})`);
    const collection = elements[this.property.type];
    if (collection) return this.#collection(...collection);
    if (this.property.type !== 'Geometry') return this.#single();
    const branches = Object.entries(elements).map(
      ([type, names]) => sql` when ${literal(type.toUpperCase())} then ${this.#collection(...names)}`,
    );
    return sql`case GeometryType(${this.value})${new Joined(branches).all} else ${this.#single()} end`;
  }

  #single(): Sql {
    const id = sql`concat(${literal(`_.${this.member.type.name}.`)}, ${this.key})`;
    return this.#renamed(
      sql`nullif(ST_AsGML(3, ${this.value}, ${integer(this.rendering.decimals)}, ${integer(this.#options)}, 'gml', ${id}), '')`,
    );
  }

  #renamed(gml: Sql): Sql {
    if (this.#own) return gml;
    return sql`replace(${gml}, ${literal(`srsName="${this.#short}"`)}, ${paramOnce('text', `srsName="${escapeAttribute(this.#srsName)}"`)})`;
  }

  /** The collection with its members; a single geometry in a column of collections is a collection of one. */
  #collection(name: string, memberName: string): Sql {
    const { type } = this.member;
    const part = (geometry: Sql, number: Sql): Sql =>
      sql`ST_AsGML(3, ST_SetSRID(${geometry}, 0), ${integer(this.rendering.decimals)}, ${integer(this.#options)}, 'gml', concat('_..', ${number}, ${literal(`.${type.name}.`)}, ${this.key}))`;
    const one = part(sql`ST_GeometryN(${this.value}, 1)`, sql`1`);
    const wrapped = sql`${literal(`<${memberName}>`)} || ${part(sql`members.geom`, sql`members.n`)} || ${literal(`</${memberName}>`)}`;
    const all = sql`(select string_agg(${wrapped}, '' order by members.n) from ST_Dump(${this.value}) with ordinality as members(path, geom, n))`;
    const flat = this.property.type !== 'Geometry' && this.property.type !== 'GeometryCollection';
    const inside = flat
      ? sql`case ST_NumGeometries(${this.value}) when 0 then null when 1 then ${literal(`<${memberName}>`)} || ${one} || ${literal(`</${memberName}>`)} else ${all} end`
      : all;
    const srs = this.#own ? literal(this.#srsName) : paramOnce('text', escapeAttribute(this.#srsName));
    return sql`${literal(`<${name} srsName="`)} || ${srs} || ${literal(`" gml:id="_.${type.name}.`)} || ${this.key} || '">' || ${inside} || ${literal(`</${name}>`)}`;
  }
}

class Joined {
  constructor(private readonly list: readonly Sql[]) {}
  get all(): Sql {
    return this.list.reduce((sum, item) => sql`${sum}${item}`, sql``);
  }
}

const escapeAttribute = (text: string): string => text.replace(/[&<>"\p{Cc}]/gu, character => `&#${character.codePointAt(0) ?? 32};`);
