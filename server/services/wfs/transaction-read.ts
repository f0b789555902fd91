// The actions of a Transaction as changes, one after the other as the document comes (WFS 2.0 § 15.2, 1.1 § 12, 1.0 § 11). One feature is held at
// a time. Coordinates are read by the dialect of the document: in one of WFS 1.0 they are x,y whatever their srsName says (QGIS).
import { bareName } from '../../core/filter/names';
import { isGml, readGeometry, type CoordinateRules } from '../../core/filter/gml-read';
import { Budget } from '../../core/filter/budget';
import { idProperty } from '../../core/filter/ids';
import { crsOf, parseCrs } from '../../core/model/crs';
import { Fault } from '../../core/model/fault';
import { findProperty, qualifiedName, type FeatureType } from '../../core/model/feature-type';
import type { FeatureSource } from '../../core/ports/doors';
import { located, type Assignment, type Change, type NewId, type NewValue, type Origin } from '../../core/query/change';
import { geometryNamed, mostPositions } from '../../core/query/write';
import { ns } from '../../core/xml/names';
import type { Element } from '../../core/xml/read';
import { streamXml, type Descend } from '../../core/xml/stream';
import type { Filter } from '../../core/filter/filter';
import { readRestriction } from './filters';
import { resolveType, type TypeRef } from './names';
import { refuseForeignIds } from './plan-queries';
import type { WfsVersion } from './versions';

const isCollection = (name: string): boolean => name.endsWith('FeatureCollection');
const members: ReadonlySet<string> = new Set(['featureMember', 'featureMembers', 'member', 'members']);

/** Into Insert, and into a collection of features inside of it (1.1 § 12.2.2). */
const descend: Descend = ({ name }, parents) => {
  if (parents.length === 1) return name === 'Insert';
  const inside = parents.at(-1)?.name ?? '';
  return parents.length === 2 ? isCollection(name) : isCollection(inside) && members.has(name);
};

export interface Reading {
  readonly version: WfsVersion;
  readonly features: FeatureSource;
  /** srsName of the Transaction (2.0). */
  readonly srsName: string | null;
}

/** Faults, each with the action it is in: all of the readers, unknown-type, unauthenticated, forbidden, unsupported (Native), unknown-lock. */
export async function* readChanges(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, reading: Reading): AsyncGenerator<Change> {
  const actions = new Actions(reading);
  let number = 0;
  let insert: { readonly element: Element; features: number } | null = null;
  let depth = 0;
  for await (const event of streamXml(chunks, descend)) {
    const { element } = event;
    if (event.kind === 'open') {
      if (++depth === 2) {
        insert = { element, features: 0 };
        number += 1;
      }
    } else if (event.kind === 'close') {
      if (--depth === 1) insert = null;
    } else if (depth > 1 && insert) {
      // metadata of a collection is nobody's feature
      if (isGml(element)) continue;
      const origin: Origin = { ...originOf(insert.element, number), feature: ++insert.features };
      yield guarded(origin, () => actions.inserted(insert?.element ?? element, element, origin));
    } else {
      const isAction = element.name !== 'LockId';
      if (isAction) number += 1;
      const origin = originOf(element, number);
      const change = guarded(origin, () => actions.read(element, origin));
      if (change) yield change;
    }
  }
}

function originOf(element: Element, number: number): Origin {
  const handle = element.attribute('handle')?.trim() ?? '';
  return { action: element.name.slice(0, 40), number, handle: handle === '' ? null : handle.slice(0, 200), feature: null };
}

function guarded<T>(origin: Origin, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw located(error, origin);
  }
}

class Actions {
  /** Types that were resolved in this document, by namespace and name. */
  readonly #types = new Map<string, FeatureType>();

  constructor(private readonly reading: Reading) {}

  /** An action that is no Insert; null for what asks for nothing. */
  read(element: Element, origin: Origin): Change | null {
    const { version } = this.reading;
    const own = element.namespace === version.namespace;
    switch (own ? element.name : '') {
      case 'Update':
        return this.#update(element, origin);
      case 'Delete': {
        const type = this.#named(element);
        return { op: 'delete', type: type.name, origin, filter: this.#filter(element, type) };
      }
      case 'Replace':
        if (version.replaces) return this.#replace(element, origin);
        break;
      case 'Native':
        return native(element);
      case 'LockId':
        refuseLock(element.text);
        return null;
      default:
        break;
    }
    throw new Fault(
      'malformed',
      element.name.slice(0, 60),
      `${element.name.slice(0, 60)} is no action of a Transaction ${version.version}`,
    );
  }

  inserted(insert: Element, feature: Element, origin: Origin): Change {
    checkFormat(insert);
    const type = this.#typeOf(feature);
    return {
      op: 'insert',
      type: type.name,
      origin,
      id: newId(insert, feature),
      values: this.#values(feature, type, this.#rules(insert, type)),
    };
  }

  #update(element: Element, origin: Origin): Change {
    checkFormat(element);
    const type = this.#named(element);
    const rules = this.#rules(element, type);
    const properties = element.all('Property');
    if (properties.length === 0) throw new Fault('missing-parameter', 'Property', 'Update names no property');
    const values = gathered(
      properties.map(property => {
        const name = property.child('ValueReference') ?? property.need('Name');
        const reference = bareName(name.text, 'Property');
        if (reference === idProperty) throw new Fault('refused-value', 'Property', 'the identifier of a feature cannot be changed');
        const action = name.attribute('action') ?? 'replace';
        if (action !== 'replace' && action !== 'remove')
          throw new Fault(
            'unsupported',
            'action',
            `action "${action.slice(0, 40)}" of ValueReference is not offered: replace and remove are`,
          );
        const value = action === 'remove' ? undefined : property.child('Value');
        return { property: reference, value: valueOf(value, reference, type, rules, true) };
      }),
      type,
    );
    return { op: 'update', type: type.name, origin, filter: this.#filter(element, type), values };
  }

  /** WFS 2.0 § 15.2.6: the feature, and the filter that says in whose place. */
  #replace(element: Element, origin: Origin): Change {
    checkFormat(element);
    const [feature, ...more] = element.children.filter(child => child.name !== 'Filter');
    if (!feature || more.length > 0) throw new Fault('malformed', 'Replace', 'Replace holds one feature and one filter');
    const type = this.#typeOf(feature);
    const values = this.#values(feature, type, this.#rules(element, type));
    return { op: 'replace', type: type.name, origin, filter: this.#filter(element, type), values };
  }

  /** SEC06: what is changed is said; all of a type is said by a filter that holds for all. */
  #filter(element: Element, type: FeatureType): Filter {
    const { version, features } = this.reading;
    const [found, ...more] = element.children.filter(
      child => child.name === 'Filter' && (child.namespace === ns.fes || child.namespace === ns.ogc),
    );
    if (more.length > 0) throw new Fault('malformed', 'Filter', `${element.name} has one filter`);
    if (!found) throw new Fault('missing-parameter', 'Filter', `${element.name} without a filter would concern every feature: name them`);
    const filter = readRestriction({ kind: 'fes', element: found }, { type, version, srid: type.geometry?.srid ?? 4326 });
    refuseForeignIds(filter, [type], features, 'feature');
    return filter;
  }

  /** Attribute typeName. */
  #named(element: Element): FeatureType {
    const text = element.attribute('typeName')?.trim() ?? '';
    if (text === '') throw new Fault('missing-parameter', 'typeName', `attribute typeName is missing on ${element.name}`);
    const { prefix, local, namespace } = element.qname(text);
    return this.#resolve({ prefix, local, namespace });
  }

  #typeOf({ prefix, name, namespace }: Element): FeatureType {
    return this.#resolve({ prefix, local: name, namespace });
  }

  #resolve(ref: TypeRef): FeatureType {
    const { version, features } = this.reading;
    const foreign = ref.namespace !== undefined && ref.namespace !== '' && ref.namespace !== version.namespace;
    const key = `${foreign ? ref.namespace : ref.prefix} ${ref.local}`;
    let type = this.#types.get(key);
    if (!type) {
      type = resolveType(features, { ...ref, namespace: foreign ? ref.namespace : undefined }, 'edit', 'typeName');
      this.#types.set(key, type);
    }
    return type;
  }

  /** How coordinates without a srsName of their own are read: by that of the action, of the transaction, of the type. */
  #rules(element: Element, type: FeatureType): CoordinateRules {
    const { version, srsName } = this.reading;
    const named = element.attribute('srsName')?.trim() ?? srsName ?? '';
    const ref = parseCrs(named === '' ? version.crsName(crsOf(type.geometry?.srid ?? 4326)) : named, version.axis, 'srsName');
    return { rule: version.axis, defaultSrid: ref.crs.code, defaultFlip: ref.flip };
  }

  /** The properties of a feature: elements by their local names, what GML gives every feature apart. */
  #values(feature: Element, type: FeatureType, rules: CoordinateRules): Assignment[] {
    const values = feature.children.flatMap(child => {
      if (isGml(child)) {
        if (ignored.has(child.name)) return [];
        throw new Fault('unknown-property', `gml:${child.name}`, `${qualifiedName(type)} has no property "gml:${child.name.slice(0, 60)}"`);
      }
      return [{ property: child.name, value: valueOf(child, child.name, type, rules, false) }];
    });
    return gathered(values, type);
  }
}

/** What the server works out by itself. */
const ignored: ReadonlySet<string> = new Set(['boundedBy', 'metaDataProperty']);

/** Elements of a property with several values make one list. */
function gathered(values: readonly Assignment[], type: FeatureType): Assignment[] {
  const lists = new Map<string, string[]>();
  const result: Assignment[] = [];
  for (const one of values) {
    const many = findProperty(type, one.property)?.many === true;
    if (!many || typeof one.value !== 'string') {
      result.push(one);
      continue;
    }
    const known = lists.get(one.property);
    if (known) known.push(one.value);
    else {
      const list = [one.value];
      lists.set(one.property, list);
      result.push({ property: one.property, value: list });
    }
  }
  return result;
}

/**
 * The value of an element. xsi:nil, an absent Value and an element without content are no value; an empty text is one only where the property
 * is a text: in a new feature (clients leave out what has no value), and in an Update where there must be a value (QGIS empties Value for NULL).
 */
function valueOf(element: Element | undefined, name: string, type: FeatureType, rules: CoordinateRules, update: boolean): NewValue {
  const nil = element?.attribute('nil', ns.xsi);
  if (!element || nil === 'true' || nil === '1') return null;
  const shape = geometryNamed(type, name);
  if (shape) {
    const parts = element.children.filter(isGml);
    const [geometry, ...more] = parts;
    if (!geometry || more.length > 0) {
      if (element.children.length === 0 && element.text.trim() === '') return null;
      throw new Fault('refused-value', name, `${name} holds one geometry`);
    }
    try {
      return readGeometry(geometry, rules, new Budget(name, mostPositions));
    } catch (error) {
      if (error instanceof Fault && error.kind === 'invalid-value') throw new Fault('refused-value', name, error.message, { cause: error });
      throw error;
    }
  }
  if (element.children.length > 0) throw new Fault('refused-value', name, `${name} holds text, not elements`);
  if (element.text.trim() !== '') return element.text;
  const property = findProperty(type, name);
  if (property?.type !== 'string') return property ? null : '';
  if (element.text !== '') return element.text;
  return update && property.nillable ? null : '';
}

/** 1.1 § 12.2.2, idgen; other versions give new ids. */
function newId(insert: Element, feature: Element): NewId {
  const idgen = insert.attribute('idgen')?.trim() ?? 'GenerateNew';
  if (idgen === 'GenerateNew') return { kind: 'new' };
  if (idgen !== 'UseExisting' && idgen !== 'ReplaceDuplicate')
    throw new Fault('invalid-value', 'idgen', `idgen is "${idgen.slice(0, 40)}", expected GenerateNew, UseExisting or ReplaceDuplicate`);
  const id = feature.attribute('id', ns.gml) ?? feature.attribute('id', ns.gml32) ?? feature.attribute('fid');
  if (id === undefined || id.trim() === '')
    throw new Fault('missing-parameter', 'gml:id', `with idgen="${idgen}" every feature has its identifier`);
  return { kind: idgen === 'UseExisting' ? 'existing' : 'replace-duplicate', id: id.trim() };
}

/** Features come as GML, of whatever version: its geometries tell. */
function checkFormat(element: Element): void {
  const format = element.attribute('inputFormat')?.trim() ?? '';
  if (format !== '' && !/gml|^(?:text|application)\/xml$/i.test(format))
    throw new Fault('invalid-format', 'inputFormat', `inputFormat is "${format.slice(0, 80)}", features are read from GML`);
}

/** Operations of other vendors: nothing happens where that may be, else the transaction ends (2.0 § 15.2.8). */
function native(element: Element): null {
  const text = element.attribute('safeToIgnore')?.trim() ?? '';
  if (text === 'true' || text === '1') return null;
  if (text !== 'false' && text !== '0') throw new Fault('invalid-value', 'safeToIgnore', 'safeToIgnore is true or false');
  const vendor = element.attribute('vendorId')?.trim().slice(0, 80) ?? '';
  throw new Fault('unsupported', 'vendorId', `this server has no operations of vendor "${vendor}", and they may not be ignored`);
}

/** No lock is known to this server. */
export function refuseLock(lockId: string | undefined): void {
  const text = lockId?.trim() ?? '';
  if (text !== '') throw new Fault('unknown-lock', 'lockId', `"${text.slice(0, 80)}" is no lock of this server`);
}
