// Fragments with their gaps, exception documents, the language parameter, the headers that every service sends.
import { Fault } from '../../server/core/model/fault';
import type { FeatureSource } from '../../server/core/ports/doors';
import { markup } from '../../server/core/xml/write';
import { accessOf, mentionHeader, mentionsOf } from '../../server/services/ows/access';
import { exceptionReport, refusalHeaders, serviceExceptionReport } from '../../server/services/ows/exception-report';
import { baseGap, documentOf, fragment, FragmentCache } from '../../server/services/ows/fragments';
import { languageOf } from '../../server/services/ows/language';
import { describeWith } from '../setup/needs';
import { xsdErrors } from '../setup/xsd';
import { schemaCopies } from '../wfs/valid';

describe('fragments', () => {
  test('values are escaped, markup and fragments are not, gaps stay gaps', () => {
    const inner = fragment`<b href="${baseGap}/x?a=1&amp;b">${'<&"'}</b>`;
    const whole = fragment`<a>${[inner, markup('<c/>'), null, 3]}</a>`;
    expect(whole.pieces.filter(piece => typeof piece !== 'string')).toHaveLength(1);
    expect(whole.fill({ base: 'http://h/k/a&b' })).toBe('<a><b href="http://h/k/a&amp;b/x?a=1&amp;b">&lt;&amp;&quot;</b><c/>3</a>');
    expect(documentOf(whole).fill({ base: '' })).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<a>/);
  });

  test('a text that looks like a gap is a text', () => {
    expect(fragment`<a>${'$' + '{base}'}{base}${baseGap}</a>`.fill({ base: 'B' })).toBe('<a>$' + '{base}{base}B</a>');
  });

  test('the cache keeps what was used last within its bytes', () => {
    // room for three of these, and no more
    const cache = new FragmentCache(3.5 * fragment`${'a'.repeat(400)}`.weight);
    let made = 0;
    const take = (key: string): unknown =>
      cache.take([key], () => {
        made += 1;
        return fragment`${key.repeat(400)}`;
      });
    for (const key of ['a', 'b', 'c']) take(key);
    expect(made).toBe(3);
    take('a');
    take('d'); // b is the oldest now
    expect(cache.size).toBe(3);
    take('a');
    expect(made).toBe(4);
    take('b');
    expect(made).toBe(5);
    cache.take(['huge'], () => fragment`${'x'.repeat(100_000)}`);
    expect(cache.size).toBe(3);
  });

  test('keys are told apart by their parts', () => {
    const cache = new FragmentCache();
    cache.take(['a', 'b'], () => fragment`1`);
    expect(cache.take(['a","b'], () => fragment`2`).fill({ base: '' })).toBe('2');
  });
});

describe('exception documents', () => {
  const entries = [{ code: 'InvalidParameterValue', locator: 'a"<b', text: '<script>&\u0000' }];
  const documents = [exceptionReport('1.1', '2.0.0', entries), exceptionReport('1.0', '1.2.0', entries), serviceExceptionReport(entries)];

  test('escape what they repeat', () => {
    for (const document of documents) {
      expect(document).toContain('locator="a&quot;&lt;b"');
      expect(document).toContain('&lt;script&gt;&amp;<');
    }
  });

  test('leave out an empty locator and an empty code', () => {
    expect(exceptionReport('1.1', '2.0.0', [{ code: 'NoApplicableCode', locator: '', text: 'x' }])).not.toContain('locator');
    expect(serviceExceptionReport([{ code: '', locator: '', text: 'x' }])).toContain('<ServiceException>x</ServiceException>');
  });

  describeWith([schemaCopies], 'against the published schemas', () => {
    test.each([
      ['OWS 1.1', 0, 'schemas.opengis.net/ows/1.1.0/owsAll.xsd'],
      ['OWS 1.0', 1, 'schemas.opengis.net/ows/1.0.0/owsAll.xsd'],
      ['WMS 1.3.0', 2, 'schemas.opengis.net/wms/1.3.0/exceptions_1_3_0.xsd'],
    ])('%s', (_name, index, schema) => {
      expect(xsdErrors(documents[index] ?? '', schema)).toEqual([]);
    });
  });
});

test.each([
  ['fre', 'fr'],
  ['FRA', 'fr'],
  ['fr', 'fr'],
  ['eng', 'en'],
  ['en-GB', 'en'],
  ['ita', 'fr'],
  ['', 'fr'],
  ['__proto__', 'fr'],
  [undefined, 'fr'],
] as const)('LANGUAGE=%s is %s, without an error', (parameter, language) => {
  expect(languageOf(parameter, 'fr')).toBe(language);
});

test('R47, R50: one non-public type makes the answer restricted; each mention is told once', () => {
  const features = {
    isPublic: (name: string) => name !== 'b',
    mention: (name: string) => (name === 'c' ? '' : 'Mention é'),
  } as unknown as FeatureSource;
  expect(accessOf(features, ['a'], 'feature')).toBe('caller');
  expect(accessOf(features, ['a', 'b'], 'feature')).toBe('restricted');
  expect(mentionsOf(features, ['a', 'b', 'c'])).toEqual(['Mention é']);
  expect(mentionHeader(['Mention é'])).toEqual({ 'Geomig-Mention': 'Mention%20%C3%A9' });
  expect(mentionHeader([])).toEqual({});
});

test('D30 and brakes: headers of refusals', () => {
  const from = (site: string | undefined) => ({ header: (name: string) => (name.toLowerCase() === 'sec-fetch-site' ? site : undefined) });
  const refused = new Fault('unauthenticated', '', 'x');
  expect(refusalHeaders(refused, from(undefined))).toEqual({ 'WWW-Authenticate': 'Basic realm="GeoMIG", charset="UTF-8"' });
  expect(refusalHeaders(refused, from('same-origin'))).toEqual({});
  expect(refusalHeaders(new Fault('too-many', '', 'x', { retryAfter: 1.2 }), from(undefined))).toEqual({ 'Retry-After': '2' });
});
