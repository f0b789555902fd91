// A GetRecords request by KVP as the document it would be by POST: what an Acknowledgement gives back (OGC 07-006 § 10.8.4.6, table 29).
import { print } from '../../../catalogue/document';
import { ns } from '../../core/xml/names';
import { attributes, element, markup, xml, type Markup } from '../../core/xml/write';
import type { Constraint } from './filters';
import type { GetRecords } from './requests';
import { recordSchemas, type RecordSchema } from './schemas';
import { csw202 } from './versions';

export interface Written {
  readonly types: readonly RecordSchema[];
  /** ElementName as written. */
  readonly names: readonly string[];
  readonly constraint: Constraint | null;
}

/** A csw:GetRecords that asks for the same. */
export function documentOfKvp(request: Omit<GetRecords, 'echo'>, { types, names, constraint }: Written): string {
  const elements: readonly Markup[] =
    names.length > 0 ? names.map(name => element('csw:ElementName', {}, name)) : [element('csw:ElementSetName', {}, request.set)];
  const condition =
    constraint === null
      ? null
      : xml`<csw:Constraint version="1.1.0">${
          typeof constraint.written === 'string' ? element('csw:CqlText', {}, constraint.written) : markup(print(constraint.written))
        }</csw:Constraint>`;
  const keys = request.sort.map(
    ({ property, descending }) =>
      xml`<ogc:SortProperty><ogc:PropertyName>${property}</ogc:PropertyName><ogc:SortOrder>${descending ? 'DESC' : 'ASC'}</ogc:SortOrder></ogc:SortProperty>`,
  );
  const sort = keys.length === 0 ? null : xml`<ogc:SortBy xmlns:ogc="${ns.ogc}">${keys}</ogc:SortBy>`;
  const head = attributes({
    ...Object.fromEntries(recordSchemas.map(schema => [`xmlns:${schema.key}`, schema.namespace])),
    service: 'CSW',
    version: csw202,
    resultType: request.resultType,
    requestId: request.requestId,
    outputSchema: request.schema.namespace,
    startPosition: Math.max(1, request.start),
    maxRecords: request.count,
  });
  const typeNames = types.map(type => type.typeName).join(' ');
  return xml`<csw:GetRecords${head}><csw:Query typeNames="${typeNames}">${elements}${condition}${sort}</csw:Query></csw:GetRecords>`.text;
}
