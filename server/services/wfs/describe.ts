// DescribeFeatureType (WFS 2.0 § 9, 1.1 § 8, 1.0 § 8.1): schemas narrowed to the caller, a masked attribute is not in them (R42).
import { qualifiedName, type FeatureType } from '../../core/model/feature-type';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { applicationSchema, importingSchema } from '../../formats/feature-schema';
import { Fault } from '../../core/model/fault';
import { mentionHeader, mentionsOf } from '../ows/access';
import type { Input, Reply } from '../ows/operation';
import { rootOf } from '../ows/service';
import { parts } from './lists';
import { readNamespaces, readTypeName, resolveType, type TypeRef } from './names';
import { schemaFormat, type GmlFormat } from './outputs';
import { typeNameParameter } from './requests';
import { versionOfGml, type WfsVersion } from './versions';

export interface DescribeRequest {
  /** None: all the caller's types. */
  readonly types: readonly TypeRef[];
  readonly format: GmlFormat;
}

/** The address that describes these types, as it is written into schemaLocation. */
export function schemaAddress(base: string, types: readonly FeatureType[], version: WfsVersion): string {
  const query = new URLSearchParams({
    SERVICE: 'WFS',
    VERSION: version.version,
    REQUEST: 'DescribeFeatureType',
    [version.typeParameter]: types.map(qualifiedName).join(','),
  });
  return `${base}/wfs?${query.toString()}`;
}

/** Faults: invalid-value, invalid-format, malformed. */
export function readDescribe(input: Input, version: WfsVersion): DescribeRequest {
  const root = rootOf(input);
  if (!root) {
    const { kvp } = input;
    const format = schemaFormat(kvp.get('outputformat'), version);
    const namespaces = readNamespaces(kvp.get('namespaces') ?? kvp.get('namespace'));
    return { types: parts(typeNameParameter(kvp)).map(name => readTypeName(name, namespaces, 'typeName')), format };
  }
  const format = schemaFormat(root.attribute('outputFormat'), version);
  const types = root.all('TypeName').map(element => {
    const { prefix, namespace } = element.qname(element.text);
    const known =
      namespace === undefined || namespace === '' || namespace === version.namespace
        ? new Map<string, string>()
        : new Map([[prefix, namespace]]);
    return readTypeName(element.text, known, 'typeName');
  });
  return { types, format };
}

/** One schema for the types of one namespace; of several namespaces, a schema that imports each from its own address. */
export function describeFeatureType(request: DescribeRequest, doors: Doors, context: Context): Reply {
  const { features } = doors;
  const named = request.types.map(ref => resolveType(features, ref, 'feature', 'typeName'));
  const types = request.types.length === 0 ? features.types('feature') : [...new Map(named.map(type => [type.name, type])).values()];
  if (types.length === 0) throw new Fault('processing', 'typeName', 'no feature type is available to this caller');
  const { format } = request;
  const namespaces = [...new Set(types.map(type => type.namespace))];
  const body =
    namespaces.length === 1
      ? applicationSchema(types, context.language, format.gml)
      : importingSchema(
          namespaces.map(namespace => ({
            namespace,
            address: schemaAddress(
              context.base,
              types.filter(type => type.namespace === namespace),
              versionOfGml(format.gml),
            ),
          })),
        );
  const names = types.map(type => type.name);
  return {
    type: format.type,
    headers: mentionHeader(request.types.length === 0 ? [] : mentionsOf(features, names)),
    // as the capabilities: what a grant masks or gives today is seen by QGIS today
    access: 'restricted',
    body,
  };
}
