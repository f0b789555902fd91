// GET /api/facets: what the records that a search finds are about, whose they are and who may use their data, with numbers: the lists of
// the viewer's filters. `filter` is the ogc:Filter of the same CSW query; a hidden record is not counted (R23).
import { filterOf, filterText } from '../../services/csw/filters';
import { and, everything, type Filter } from '../../core/filter/filter';
import { operation, type Endpoint, type Reply } from '../../services/ows/operation';
import { limitations } from '../../../schemas/codelists/limitations';
import { problem } from '../problem';

const noLimitations = limitations.find(one => one.code === 'none')?.uri ?? '';

/** Records of data that are open to everyone (R29). */
const open: Filter = {
  op: 'compare',
  operator: '=',
  left: { kind: 'property', name: 'OtherConstraints' },
  right: { kind: 'literal', value: noLimitations },
  matchCase: true,
};

export function facetsEndpoint(): Endpoint {
  const facets = operation({
    service: 'API',
    versions: [''],
    name: 'Facets',
    read: ({ kvp }, { scope }) => {
      const text = kvp.get('filter')?.trim() ?? '';
      return text === '' ? everything : filterOf(filterText(text), scope);
    },
    run: async (filter, { records }, { signal }): Promise<Reply> => {
      const snapshot = await records.open(signal);
      try {
        const body = {
          matched: await snapshot.count(filter),
          open: await snapshot.count(and(filter, open)),
          kinds: await snapshot.domain('kind', filter),
          topics: await snapshot.domain('TopicCategory', filter),
          organisations: await snapshot.domain('OrganisationName', filter),
        };
        return { type: 'application/json; charset=utf-8', access: 'restricted', body: JSON.stringify(body) };
      } finally {
        await snapshot.close();
      }
    },
    examples: ({ name, record }) => [
      { name: 'all', path: '/api/facets' },
      { name: 'by identifier', path: `/api/facets?filter=${encodeURIComponent(equal('Identifier', record))}` },
      { name: 'by text', path: `/api/facets?filter=${encodeURIComponent(equal('AnyText', name))}` },
    ],
  });
  return { path: '/api/facets', methods: ['GET'], operations: [facets], select: () => facets, fault: problem, bodyLimit: 0 };
}

/** An ogc:Filter for the examples; both values are names, without markup. */
const equal = (property: string, value: string): string =>
  `<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>${property}</ogc:PropertyName><ogc:Literal>${value}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>`;
