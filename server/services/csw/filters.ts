// Constraints of queries – Filter 1.1 and 1.0, CQL text – brought to the one filter tree in the names of the type `record`.
import { queryableName } from '../../../catalogue/queryable-names';
import { plausibleAxes, recordFilter } from '../../../catalogue/record-filter';
import { ecqlText } from '../../core/filter/ecql';
import { readFilter } from '../../core/filter/fes';
import type { Filter } from '../../core/filter/filter';
import { Fault } from '../../core/model/fault';
import { ns } from '../../core/xml/names';
import { Element, readXml } from '../../core/xml/read';
import { axisRules } from '../ows/axis';

export const constraintLanguages = ['FILTER', 'CQL_TEXT'] as const;

/** A constraint, and whether any of its coordinates says in which order they are. */
export interface Constraint {
  readonly filter: Filter;
  readonly referenced: boolean;
  /** As it came: an ogc:Filter, or the text of CQL. */
  readonly written: Element | string;
}

/** Coordinates without srsName are EPSG:4326 in its own order, lat lon (OGC 07-006 § 10.8.4.9). */
const rules = { dialect: '1.1', rule: axisRules['CSW 2.0.2'], defaultSrid: 4326, defaultFlip: true, locator: 'Constraint' } as const;

/** An ogc:Filter. Faults: those of the reader, at Constraint. */
export function filterConstraint(element: Element): Constraint {
  return { filter: recordFilter(readFilter(named(element), rules)), referenced: hasReference(element), written: element };
}

/** The CONSTRAINT parameter in XML; the usual prefixes need no declaration, a filter without a namespace is Filter 1.1. */
export function filterText(text: string): Constraint {
  const bare = /^\s*(?:<\?xml[^>]{0,200}\?>\s*)?<Filter[\s/>]/.test(text.slice(0, 400)) ? { '': ns.ogc } : {};
  try {
    return filterConstraint(readXml(text, { namespaces: { ogc: ns.ogc, gml: ns.gml, csw: ns.csw202, ...bare } }));
  } catch (error) {
    throw error instanceof Fault && error.locator === '' ? new Fault(error.kind, 'Constraint', error.message) : error;
  }
}

/** CQL_TEXT as ECQL; coordinates are lon,lat there unless their reference system says otherwise. */
export const cqlConstraint = (text: string): Constraint => ({
  filter: recordFilter(ecqlText(text, 'Constraint', { name: queryableName })),
  referenced: true,
  written: text,
});

/** Scopes in which conformance is judged: there coordinates are taken as written. */
const conformanceScope = /^cite\b/;

/** The filter of a constraint; coordinates whose order nobody said are turned where they make sense the other way round only. */
export const filterOf = ({ filter, referenced }: Pick<Constraint, 'filter' | 'referenced'>, scope: string | null): Filter =>
  referenced || (scope !== null && conformanceScope.test(scope)) ? filter : plausibleAxes(filter);

/** Short names of geographic systems are lon,lat to some clients and lat,lon to others: they settle nothing. */
const unsettled = /^(?:EPSG:|http:\/\/www\.opengis\.net\/gml\/srs\/epsg\.xml#)(?:4326|4258|4171)$/i;

function hasReference(element: Element): boolean {
  const name = element.attribute('srsName')?.trim() ?? '';
  return (name !== '' && !unsettled.test(name)) || element.children.some(hasReference);
}

/** The same tree with property names brought to those of the type: paths into the ISO document are more than a filter's names may be. */
function named(element: Element): Element {
  const reference = element.name === 'PropertyName' && element.namespace === ns.ogc;
  return new Element({
    name: element.name,
    namespace: element.namespace,
    prefix: element.prefix,
    attributes: element.attributes,
    children: element.children.map(named),
    text: reference ? queryableName(element.text) : element.text,
    scope: null,
  });
}
