// The address /wfs with its Operations in each version: one table from which selection, negotiation and capabilities are made.
import { FragmentCache } from '../ows/fragments';
import { operation, type Endpoint, type Operation } from '../ows/operation';
import { faultReply, selectOperation } from '../ows/service';
import { getCapabilities, readCapabilities } from './capabilities';
import { describeFeatureType, readDescribe } from './describe';
import { capabilitiesExamples, describeExamples, featureExamples, storedExamples, valueExamples } from './examples';
import { getFeature, type PageLimits } from './get-feature';
import { getPropertyValue, readGetPropertyValue } from './property-value';
import { readGetFeature } from './requests';
import { describeStoredQueries, featureById, listStoredQueries, readDescribeStored } from './stored-queries';
import { largeTransaction, readTransaction, transaction } from './transaction';
import { wfsService, wfsVersions, type WfsVersion } from './versions';

export interface WfsParts {
  /** GEOMIG_MAX_FEATURES: the most features of one answer. */
  readonly maxFeatures: number;
  /** Page of a request that names no count; 50,000 unless told (D5). */
  readonly countDefault?: number;
  /** Limit of a posted document in bytes; 1 MiB unless told (SEC09). */
  readonly bodyLimit?: number;
  /** GEOMIG_MAX_TRANSACTION: the same of a Transaction of a caller who may edit; 256 MiB unless told (D33). */
  readonly transactionLimit?: number;
}

export function wfsEndpoint(parts: WfsParts): Endpoint {
  const limits: PageLimits = { default: Math.min(parts.countDefault ?? 50_000, parts.maxFeatures), most: parts.maxFeatures };
  const operations = wfsOperations(limits);
  const service = wfsService(operations);
  return {
    path: '/wfs',
    methods: ['GET', 'POST'],
    operations,
    select: input => selectOperation(service, input),
    fault: (fault, input) => faultReply(service, wfsVersions, fault, input),
    bodyLimit: parts.bodyLimit ?? 1024 * 1024,
    large: largeTransaction(parts.transactionLimit ?? 256 * 2 ** 20),
  };
}

function wfsOperations(limits: PageLimits): readonly Operation[] {
  const cache = new FragmentCache();
  return wfsVersions.flatMap(version => operationsOf(version, limits, cache));
}

/** The operations of one version. */
function operationsOf(version: WfsVersion, limits: PageLimits, cache: FragmentCache): readonly Operation[] {
  const common = { service: 'WFS', versions: [version.version] } as const;
  const operations: readonly Operation[] = [
    operation({
      ...common,
      name: 'GetCapabilities',
      read: (input, context) => readCapabilities(input, context, version),
      run: async (request, doors, context) =>
        getCapabilities(request, doors, context, { cache, limits, operations: operations.map(one => one.name) }),
      examples: () => capabilitiesExamples(version),
    }),
    operation({
      ...common,
      name: 'DescribeFeatureType',
      read: input => readDescribe(input, version),
      run: async (request, doors, context) => describeFeatureType(request, doors, context),
      examples: target => describeExamples(target, version),
    }),
    operation({
      ...common,
      name: 'GetFeature',
      inView: true,
      read: input => readGetFeature(input, version),
      run: (request, doors, context) =>
        request.stored ? featureById(request, request.stored, doors, context) : getFeature(request, doors, context, limits),
      examples: target => featureExamples(target, version),
    }),
    ...(version.storedQueries ? queryOperations(version, limits) : []),
    operation({
      ...common,
      name: 'Transaction',
      changes: true,
      patient: true,
      read: input => readTransaction(input, version),
      run: (request, doors, context) => transaction(request, doors, context),
      examples: () => ({ none: 'it changes data: what it lets through is looked at by the tests of transactions' }),
    }),
  ];
  return operations;
}

/** What came with WFS 2.0: values and stored queries. */
function queryOperations(version: WfsVersion, limits: PageLimits): readonly Operation[] {
  const common = { service: 'WFS', versions: [version.version] } as const;
  return [
    operation({
      ...common,
      name: 'GetPropertyValue',
      inView: true,
      read: input => readGetPropertyValue(input, version),
      run: (request, doors, context) => getPropertyValue(request, doors, context, limits),
      examples: target => valueExamples(target, version),
    }),
    operation({
      ...common,
      name: 'ListStoredQueries',
      read: () => null,
      run: async (_request, doors, context) => listStoredQueries(doors, context),
      examples: () => storedExamples(version),
    }),
    operation({
      ...common,
      name: 'DescribeStoredQueries',
      read: readDescribeStored,
      run: async (request, _doors, context) => describeStoredQueries(request, context),
      examples: () => ({ none: 'the stored queries are the same for everyone and name no type' }),
    }),
  ];
}
