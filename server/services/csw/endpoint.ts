// The address /csw with its Operations: one table from which selection, negotiation and capabilities are made.
import { operation, type Endpoint, type Operation } from '../ows/operation';
import { faultReply, selectOperation } from '../ows/service';
import { getCapabilities, readCapabilities } from './capabilities';
import { describeRecord } from './describe-record';
import { byIdExamples, capabilitiesExamples, domainExamples, recordsExamples } from './examples';
import { getDomain, readGetDomain } from './get-domain';
import { getRecordById, getRecords } from './get-records';
import { readDescribeRecord, readGetRecordById, readGetRecords } from './requests';
import { csw202, cswService, cswVersions } from './versions';

/** Discovery of CSW 2.0.2. */
export function cswEndpoint(parts: { readonly bodyLimit?: number } = {}): Endpoint {
  const service = cswService(operations);
  return {
    path: '/csw',
    methods: ['GET', 'POST'],
    operations,
    select: input => selectOperation(service, input),
    fault: (fault, input) => faultReply(service, cswVersions, fault, input),
    bodyLimit: parts.bodyLimit ?? 1024 * 1024,
  };
}

const common = { service: 'CSW', versions: [csw202] } as const;

const operations: readonly Operation[] = [
  operation({
    ...common,
    name: 'GetCapabilities',
    read: readCapabilities,
    run: async (request, doors, context) => getCapabilities(request, doors, context),
    examples: capabilitiesExamples,
  }),
  operation({
    ...common,
    name: 'DescribeRecord',
    read: readDescribeRecord,
    run: async request => describeRecord(request),
    examples: () => ({ none: 'the schemas are the same for everyone and hold no data' }),
  }),
  operation({
    ...common,
    name: 'GetRecords',
    inView: true,
    read: readGetRecords,
    run: async (request, doors, context) => getRecords(request, doors, context),
    examples: recordsExamples,
  }),
  operation({
    ...common,
    name: 'GetDomain',
    read: readGetDomain,
    run: getDomain,
    examples: domainExamples,
  }),
  operation({
    ...common,
    name: 'GetRecordById',
    inView: true,
    read: readGetRecordById,
    run: async (request, doors, context) => getRecordById(request, doors, context),
    examples: byIdExamples,
  }),
];
