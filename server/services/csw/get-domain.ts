// GetDomain of CSW 2.0.2 (OGC 07-006 § 10.7): the values that a queryable has in the records the caller may see, or that a parameter may take.
import { queryableName } from '../../../catalogue/queryable-names';
import { everything } from '../../core/filter/filter';
import { findProperty } from '../../core/model/feature-type';
import { Fault } from '../../core/model/fault';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { attributes, xml, xmlHeader, type Markup } from '../../core/xml/write';
import type { Input, Reply } from '../ows/operation';
import { rootOf } from '../ows/service';
import { advertised } from './advertised';
import { accessOfRecords } from './get-records';
import { xmlType } from './responses';
import { csw202 } from './versions';

export interface GetDomain {
  /** Queryables as they were written. */
  readonly properties: readonly string[];
  /** `GetRecords.outputSchema`, as they were written. */
  readonly parameters: readonly string[];
}

/** Names of one request: each is a search over all records. */
const mostNames = 20;

/** Faults: missing-parameter when nothing is asked for, too-large. */
export function readGetDomain(input: Input): GetDomain {
  const root = rootOf(input);
  const names = (element: string): string[] =>
    (root ? root.children.filter(child => child.name === element).flatMap(child => child.text.split(',')) : input.kvp.list(element))
      .map(name => name.trim())
      .filter(name => name !== '');
  const [properties, parameters] = [names('PropertyName'), names('ParameterName')];
  const count = properties.length + parameters.length;
  if (count === 0) throw new Fault('missing-parameter', 'PropertyName', 'PropertyName or ParameterName is missing');
  if (count > mostNames) throw new Fault('too-large', 'PropertyName', `a request asks for at most ${mostNames} domains`);
  return { properties, parameters };
}

/** Values of a parameter as `Operation.parameter` names it, in any case. Fault invalid-value at ParameterName. */
function parameterValues(written: string): readonly string[] {
  const [operation = '', parameter = '', ...more] = written.toLowerCase().split('.');
  const found = advertised.find(one => one.name.toLowerCase() === operation);
  const common = [
    { name: 'service', values: ['CSW'] },
    { name: 'version', values: [csw202] },
  ];
  const domain = more.length > 0 ? undefined : [...(found?.parameters ?? []), ...common].find(one => one.name.toLowerCase() === parameter);
  if (!found || !domain)
    throw new Fault('invalid-value', 'ParameterName', `"${written.slice(0, 80)}" is no parameter, expected one as GetRecords.outputSchema`);
  return domain.values ?? [];
}

/** The queryable, and null for those of which no values are listed (boxes, full text). Fault invalid-value at PropertyName. */
function listed(written: string, doors: Doors): string | null {
  const { type } = doors.records;
  const name = queryableName(written);
  if (name === type.geometry?.name) return null;
  const property = findProperty(type, name);
  if (!property) throw new Fault('invalid-value', 'PropertyName', `"${written.slice(0, 80)}" is no queryable of this catalogue`);
  return property.fullText === true ? null : property.name;
}

export async function getDomain(request: GetDomain, doors: Doors, context: Context): Promise<Reply> {
  const parameters = request.parameters.map(name => domainValues('ParameterName', name, parameterValues(name)));
  const wanted = request.properties.map(written => ({ written, name: listed(written, doors) }));
  const properties: Markup[] = [];
  if (wanted.length > 0) {
    const snapshot = await doors.records.open(context.signal);
    try {
      for (const { written, name } of wanted) {
        const values = name === null ? [] : (await snapshot.domain(name, everything)).map(entry => entry.value);
        properties.push(domainValues('PropertyName', written, values));
      }
    } finally {
      await snapshot.close();
    }
  }
  const root = attributes({
    'xmlns:csw': ns.csw202,
    'xmlns:xsi': ns.xsi,
    'xsi:schemaLocation': `${ns.csw202} http://schemas.opengis.net/csw/2.0.2/CSW-discovery.xsd`,
  });
  const body = xml`${xmlHeader}<csw:GetDomainResponse${root}>\n${properties}${parameters}</csw:GetDomainResponse>\n`.text;
  return { type: xmlType, access: accessOfRecords(doors), body };
}

/** § 10.7.4: the name alone says that nothing is known of its values. */
function domainValues(element: 'PropertyName' | 'ParameterName', name: string, values: readonly string[]): Markup {
  const list =
    values.length === 0 ? null : xml`<csw:ListOfValues>${values.map(value => xml`<csw:Value>${value}</csw:Value>`)}</csw:ListOfValues>`;
  const named =
    element === 'PropertyName' ? xml`<csw:PropertyName>${name}</csw:PropertyName>` : xml`<csw:ParameterName>${name}</csw:ParameterName>`;
  return xml`<csw:DomainValues type="csw:Record">${named}${list}</csw:DomainValues>\n`;
}
