"""OWSLib in WFS 1.0.0, 1.1.0 and 2.0.0: capabilities, schema, features, properties, boxes, ids, filters, order, documents by POST, refusals."""
import json
import re
import warnings

warnings.simplefilter('ignore')

from owslib.etree import etree
from owslib.fes import PropertyIsEqualTo
from owslib.fes2 import PropertyIsEqualTo as Equal2
from owslib.wfs import WebFeatureService

from checks import FURNITURE, INSIDER, KEY, LANES, LOGIN, ROOT, TASK, TYPES, WAY, check, equal, in_degrees, in_lambert, refused, section

who = {'username': LOGIN, 'password': KEY} if LOGIN else {'headers': {'X-API-Key': KEY}} if WAY == 'header' else {}
OGC = 'http://www.opengis.net/ogc'
FES = 'http://www.opengis.net/fes/2.0'


def opened(version):
    return WebFeatureService(ROOT + '/wfs', version=version, **who)


def run(version):
    def named(text):
        return 'WFS %s: %s' % (version, text)

    service = opened(version)

    def text(**asked):
        data = service.getfeature(**asked).read()
        return data.decode('utf-8') if isinstance(data, bytes) else data

    def features(**asked):
        return json.loads(text(outputFormat='application/json', **asked))['features']

    def numbers(**asked):
        return sorted(feature['properties']['numero'] for feature in features(typename=['antony:mobilier'], **asked))

    with section(named('capabilities')):
        equal(named('the version'), service.version, version)
        equal(named('the types'), sorted(service.contents), sorted(TYPES))
        points, lanes = service.contents['antony:mobilier'], service.contents['antony:pistes']
        equal(named('the CRS of the points'), points.crsOptions[0].getcode(), 'EPSG:2154')
        equal(named('the CRS of the lines'), lanes.crsOptions[0].getcode(), 'EPSG:4326')
        for about in [points, lanes]:
            west, south, east, north = about.boundingBoxWGS84
            check(named('the box of %s in degrees' % about.id), in_degrees(west, south) and in_degrees(east, north), about.boundingBoxWGS84)
            check(named('a link to the record of %s' % about.id), any('fr-92-mig-' in link['url'] for link in about.metadataUrls))
        check(named('operations'), {'GetCapabilities', 'DescribeFeatureType', 'GetFeature'} <= {one.name for one in service.operations})
        equal(named('fees'), service.identification.fees, 'none')
        if version != '1.0.0':
            formats = service.getOperationByName('GetFeature').parameters['outputFormat']['values']
            check(named('output formats'), {'application/json', 'text/csv'} <= set(formats), formats)
            equal(named('provider'), service.provider.name, 'Département des Hauts-de-Seine')

    with section(named('schema')):
        schema = service.get_schema('antony:mobilier')
        equal(named('the schema'), schema['properties'], {
            'numero': 'int', 'nature': 'string', 'hauteur': 'double', 'eclaire': 'boolean', 'pose_le': 'date', 'releve': 'dateTime',
            'remarque': 'string'})
        equal(named('the geometry'), (schema['geometry'], schema['geometry_column']), ('Point', 'geom'))

    with section(named('features')):
        equal(named('all features'), numbers(), list(range(1, FURNITURE + 1)))
        equal(named('all lines'), len(features(typename=['antony:pistes'])), LANES)
        some = features(typename=['antony:mobilier'], maxfeatures=5)
        equal(named('a limit'), len(some), 5)
        check(named('coordinates east, north'), all(in_lambert(*f['geometry']['coordinates']) for f in some))
        gml = text(typename=['antony:pistes'], maxfeatures=1)
        first, second = [float(part) for part in re.search(r'<gml:(?:posList|coordinates)>([-\d.]+)[ ,]([-\d.]+)[ ,]', gml).groups()]
        east, north = (first, second) if version == '1.0.0' else (second, first)
        check(named('GML in the order of the version'), in_degrees(east, north), (first, second))
        chosen = features(typename=['antony:mobilier'], maxfeatures=1, propertyname=['numero', 'nature'])
        equal(named('chosen properties'), sorted(chosen[0]['properties']), ['nature', 'numero'])
        equal(named('a start'), [f['id'] for f in features(typename=['antony:mobilier'], startindex=700, maxfeatures=2)],
              ['mobilier.701', 'mobilier.702'])
        equal(named('by id'), [f['id'] for f in features(typename=['antony:mobilier'], featureid=['mobilier.5', 'mobilier.9'])],
              ['mobilier.5', 'mobilier.9'])

    with section(named('box')):
        box = (641170, 6850270, 641240, 6850360)
        equal(named('a box in the CRS of the data'), numbers(bbox=box), [1, 2, 51, 52])
        for name in ['EPSG:2154', 'urn:ogc:def:crs:EPSG::2154']:
            equal(named('the same with %s' % name), numbers(bbox=box + (name,)), [1, 2, 51, 52])
        degrees = (2.1995, 48.7495, 2.2006, 48.7506)
        for name in ['EPSG:4326', 'urn:ogc:def:crs:EPSG::4326', 'EPSG:4258', 'urn:ogc:def:crs:EPSG::4258']:
            equal(named('in degrees as %s' % name), numbers(bbox=degrees + (name,)), [1, 2, 51, 52])
        lanes = features(typename=['antony:pistes'], bbox=(2.155, 48.795, 2.1655, 48.8035))
        equal(named('on the lines'), sorted(f['properties']['code'] for f in lanes), ['P001', 'P002'])

    with section(named('filter')):
        if version == '2.0.0':
            inside = '<fes:Filter xmlns:fes="%s">%s</fes:Filter>' % (FES, etree.tostring(Equal2('nature', 'Borne « fontaine »').toXML()).decode())
        else:
            inside = '<ogc:Filter xmlns:ogc="%s">%s</ogc:Filter>' % (OGC, etree.tostring(PropertyIsEqualTo('nature', 'Borne « fontaine »').toXML()).decode())
            equal(named('a filter'), len(numbers(filter=inside)), FURNITURE // 5)
        if version != '1.0.0':
            equal(named('a filter by POST'), len(features(typename='antony:mobilier', method='Post', filter='<Query>%s</Query>' % inside)),
                  FURNITURE // 5)
            equal(named('a box by POST'), sorted(f['properties']['code'] for f in features(
                typename='antony:pistes', method='Post', bbox=(2.155, 48.795, 2.1655, 48.8035))), ['P001', 'P002'])
            found = features(typename='antony:mobilier', method='Post', featureid=['mobilier.5'], propertyname=['numero'])
            equal(named('an id with one property by POST'), [(f['id'], f['properties']) for f in found], [('mobilier.5', {'numero': 5})])
            ordered = features(typename='antony:mobilier', method='Post', sortby=['numero'], maxfeatures=2, startindex=3)
            equal(named('an order by POST'), [f['properties']['numero'] for f in ordered], [4, 5])
            order = ['numero D'] if version == '1.1.0' else ['numero DESC']
            last = features(typename=['antony:mobilier'], sortby=order, maxfeatures=2)
            equal(named('an order downwards'), [f['properties']['numero'] for f in last], [FURNITURE, FURNITURE - 1])

    with section(named('refusals')):
        refused(named('an unknown type is told in words'), lambda: text(typename=['antony:rien']), ['antony:rien'])
        if INSIDER:
            equal(named('ECL of Nanterre'), len(features(typename=['nanterre:eclairage'])), 9)
        else:
            refused(named('ECL of Nanterre is refused'), lambda: text(typename=['nanterre:eclairage']),
                    ['401', '403', 'uthentication', 'No grant', 'delegation'])


for asked in ['1.0.0', '1.1.0', '2.0.0']:
    if TASK['wrong']:
        refused('WFS %s: a wrong key fails' % asked, lambda: opened(asked), ['401', 'uthentication', 'credentials', 'not a valid'])
    else:
        run(asked)
