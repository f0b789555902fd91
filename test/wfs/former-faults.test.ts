// Exceptions of WFS 1.1.0 and 1.0.0 in the dialect of each, and the query strings of clients that put them together wrongly.
import { describeWith } from '../setup/needs';
import { xsdErrors } from '../setup/xsd';
import { ask, attribute, exception, ids } from './ask';
import { schemaCopies } from './valid';

const versions = ['1.1.0', '1.0.0'] as const;
const ogc = 'xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml"';
const capabilities = 'SERVICE=WFS&REQUEST=GetCapabilities&VERSION=1.1.0';

describe('exceptions', () => {
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['unknown type', 'request=GetFeature&typename=antony:rien', 'InvalidParameterValue', 'typeName'],
    ['hidden type', 'request=GetFeature&typename=parc:secrets', 'InvalidParameterValue', 'typeName'],
    ['no type', 'request=GetFeature', 'MissingParameterValue', 'typeName'],
    ['no request', '', 'MissingParameterValue', 'request'],
    ['unknown operation', 'request=GetEverything', 'OperationNotSupported', 'GetEverything'],
    ['no lock here', 'request=LockFeature', 'OperationNotSupported', 'LockFeature'],
    ['unknown property', 'request=GetFeature&typename=antony:arbres&propertyname=rien', 'InvalidParameterValue', 'PROPERTYNAME'],
    ['unknown CRS', 'request=GetFeature&typename=antony:arbres&srsname=EPSG:32690', 'InvalidParameterValue', 'SRSNAME'],
    ['unknown format', 'request=GetFeature&typename=antony:arbres&outputformat=x', 'InvalidParameterValue', 'outputFormat'],
    ['no number', 'request=GetFeature&typename=antony:arbres&maxfeatures=-3', 'InvalidParameterValue', 'maxFeatures'],
    ['filter that is no XML', 'request=GetFeature&typename=antony:arbres&filter=<Filter', 'InvalidParameterValue', 'filter'],
    ['filter and box', 'request=GetFeature&typename=antony:arbres&filter=<Filter/>&bbox=1,2,3,4', 'InvalidParameterValue', 'filter'],
    ['box of three', 'request=GetFeature&typename=antony:arbres&bbox=1,2,3', 'InvalidParameterValue', 'BBOX'],
    ['foreign id', 'request=GetFeature&typename=antony:arbres&featureid=notes.1', 'InvalidParameterValue', 'featureId'],
  ];
  test.each(rows)('%s', async (_name, parameters, code, locator) => {
    const ows = await ask({ query: `service=WFS&version=1.1.0&${parameters}` });
    expect([ows.status, ows.type]).toEqual([400, 'text/xml']);
    expect(exception(ows.body)).toMatchObject({ code, locator: expect.stringMatching(new RegExp(`^${locator}$`, 'i')) as string });
    const plain = await ask({ query: `service=WFS&version=1.0.0&${parameters}` });
    expect([plain.status, plain.type]).toEqual([400, 'text/xml']);
    expect(attribute(plain.body, 'ServiceException', 'code')).toBe(code);
    expect(attribute(plain.body, 'ServiceException', 'locator')).toMatch(new RegExp(`^${locator}$`, 'i'));
  });

  describeWith([schemaCopies], 'against the published schemas', () => {
    test('reports are valid', async () => {
      const ows = await ask({ query: 'service=WFS&version=1.1.0&request=GetFeature&typename=a"<b' });
      expect(xsdErrors(ows.body, 'schemas.opengis.net/ows/1.0.0/owsExceptionReport.xsd')).toEqual([]);
      const plain = await ask({ query: 'service=WFS&version=1.0.0&request=GetFeature&typename=a"<b' });
      expect(xsdErrors(plain.body, 'schemas.opengis.net/wfs/1.0.0/OGC-exception.xsd')).toEqual([]);
    });
  });

  test('refusals keep their status (R47)', async () => {
    for (const version of versions) {
      const asked = { query: `service=WFS&version=${version}&request=GetFeature&typename=parc:reserves` };
      expect((await ask({ ...asked, world: { refusal: 'unauthenticated' } })).status).toBe(401);
      expect((await ask({ ...asked, world: { refusal: 'forbidden' } })).status).toBe(403);
    }
  });

  test.each([
    ['1.0.0 by its version', '1.0.0', /<ServiceExceptionReport [^>]*version="1\.2\.0"/],
    ['1.1.0 by its version', '1.1.0', /<ows:ExceptionReport xmlns:ows="http:\/\/www\.opengis\.net\/ows" [^>]*version="1\.0\.0"/],
    ['1.1.0 by its namespace', '', /<ows:ExceptionReport xmlns:ows="http:\/\/www\.opengis\.net\/ows" [^>]*version="1\.0\.0"/],
  ])('a document of %s gets its own dialect', async (_name, version, report) => {
    const body = `<GetFeature xmlns="http://www.opengis.net/wfs" service="WFS"${version === '' ? '' : ` version="${version}"`}><Query typeName="rien"/></GetFeature>`;
    expect((await ask({ body })).body).toMatch(report);
  });

  test('no acceptable version: VersionNegotiationFailed', async () => {
    const answer = await ask({ query: 'service=WFS&request=GetCapabilities&acceptversions=0.1.0,7.7.7' });
    expect([answer.status, exception(answer.body).code]).toEqual([400, 'VersionNegotiationFailed']);
  });
});

describe('broken query strings of clients', () => {
  test.each([
    ['a second question mark at the begin', `?${capabilities}`],
    ['appended to an address with a parameter', `map=x?${capabilities}`],
    ['and to one with an empty parameter', `map=x&?${capabilities}`],
    ['ampersands as HTML writes them', capabilities.replaceAll('&', '&amp;')],
  ])('%s', async (_name, query) => {
    const answer = await ask({ query });
    expect([answer.status, attribute(answer.body, 'wfs:WFS_Capabilities', 'version')]).toEqual([200, '1.1.0']);
  });

  test('what cannot be made out is an exception report, never a page', async () => {
    for (const query of ['', 'map=x', '#service=WFS&request=GetCapabilities', 'service', '%ff%fe=1']) {
      const answer = await ask({ query });
      expect([answer.status, exception(answer.body).code]).toEqual([400, 'MissingParameterValue']);
    }
  });

  test('a question mark inside of a value stays where it is', async () => {
    const like = `<ogc:PropertyIsLike wildCard="*" singleChar="?" escape="!"><ogc:PropertyName>nom</ogc:PropertyName><ogc:Literal>?hêne n° 07*</ogc:Literal></ogc:PropertyIsLike>`;
    const answer = await ask({
      query: `service=WFS&version=1.1.0&request=GetFeature&typename=antony:arbres&filter=<ogc:Filter ${ogc}>${like}</ogc:Filter>`,
    });
    expect(ids(answer.body)).toEqual(['arbres.7']);
  });
});
