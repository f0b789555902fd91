"""OWSLib: OGC API - Features as scripts use it."""
import json
import warnings

warnings.simplefilter('ignore')

from owslib.ogcapi.features import Features
from owslib.util import Authentication

from checks import FURNITURE, INSIDER, KEY, LANES, LOGIN, ROOT, TASK, TYPES, WAY, check, equal, in_degrees, in_lambert, refused, section

who = {'auth': Authentication(LOGIN, KEY)} if LOGIN else {'headers': {'X-API-Key': KEY}} if WAY == 'header' else {}
COLLECTIONS = sorted(name.split(':')[1] for name in TYPES)
EPSG = 'http://www.opengis.net/def/crs/EPSG/0/'


def service():
    return Features(ROOT + '/ogc', **who)


def run():
    api = service()

    def numbers(**asked):
        return [f['properties']['numero'] for f in api.collection_items('mobilier', **asked)['features']]

    with section('documents'):
        check('the landing page has its links', {'self', 'service-desc', 'service-doc', 'conformance', 'data'} <= {one['rel'] for one in api.links})
        check('conformance', 'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core' in api.conformance()['conformsTo'])
        # OWSLib 0.27 leaves the headers out when it asks for the definition
        if WAY != 'header':
            definition = api.api()
            equal('the definition is OpenAPI 3.0', definition['openapi'][:3], '3.0')
            check('it lists the items of every collection', all('/collections/%s/items' % name in definition['paths'] for name in COLLECTIONS))
        equal('the collections', sorted(api.feature_collections()), COLLECTIONS)
        about = api.collection('mobilier')
        equal('a collection', about['id'], 'mobilier')
        west, south, east, north = about['extent']['spatial']['bbox'][0]
        check('its extent', in_degrees(west, south) and in_degrees(east, north), about['extent'])
        check('a queryable', 'nature' in api.collection_queryables('mobilier')['properties'])

    with section('items'):
        page = api.collection_items('mobilier')
        equal('ten of all', (page['numberReturned'], page['numberMatched'], len(page['features'])), (10, FURNITURE, 10))
        equal('a limit and an offset', numbers(limit=3, offset=100), [101, 102, 103])
        equal('the whole', numbers(limit=FURNITURE), list(range(1, FURNITURE + 1)))
        equal('a box', sorted(numbers(bbox=[2.1999, 48.7499, 2.2009, 48.7509], limit=100)), [1, 2, 51, 52])
        equal('an attribute', api.collection_items('mobilier', nature='Banc')['numberMatched'], FURNITURE // 5)
        equal('a filter', numbers(filter="nature = 'Banc' AND numero < 20"), [1, 6, 11, 16])
        equal('a time', api.collection_items('mobilier', datetime='2020-01-21')['numberMatched'],
              len([i for i in range(FURNITURE) if i % 365 == 20 and i % 10 != 9]))
        equal('an order', numbers(sortby='-numero', limit=2), [FURNITURE, FURNITURE - 1])
        lanes = api.collection_items('pistes', limit=100)['features']
        equal('all lines', len(lanes), LANES)

    with section('reference systems'):
        east, north = api.collection_items('mobilier', limit=1, crs=EPSG + '2154')['features'][0]['geometry']['coordinates']
        check('Lambert-93', in_lambert(east, north), (east, north))
        lat, lon = api.collection_items('mobilier', limit=1, crs=EPSG + '4326')['features'][0]['geometry']['coordinates']
        check('EPSG:4326 with the north first', in_degrees(lon, lat), (lat, lon))
        equal('a box in Lambert-93', len(numbers(**{'bbox': [641170, 6850270, 641240, 6850360], 'bbox-crs': EPSG + '2154', 'limit': 100})), 4)

    with section('pages'):
        seen, following = [], ROOT + '/ogc/collections/mobilier/items?limit=1000'
        while following:
            path, query = following[len(ROOT + '/ogc/'):].split('?')
            page = api._request(path, kwargs=dict(part.split('=') for part in query.split('&')))
            seen += [f['id'] for f in page['features']]
            following = next((one['href'] for one in page['links'] if one['rel'] == 'next'), None)
        equal('all over the next links', seen, ['mobilier.%d' % (i + 1) for i in range(FURNITURE)])

    with section('a feature'):
        one = api.collection_item('mobilier', 'mobilier.3')
        equal('by its id', (one['id'], one['properties']['numero']), ('mobilier.3', 3))
        refused('one that is not there', lambda: api.collection_item('mobilier', 'mobilier.0'), ['"status":404'])

    with section('mistakes'):
        for name, asked in [('a parameter that is none', {'nope': '1'}), ('a box of three', {'bbox': [1, 2, 3]}), ('a limit of none', {'limit': 0}),
                            ('a filter that is none', {'filter': 'nature ='})]:
            refused(name, lambda: api.collection_items('mobilier', **asked), ['"status":400'])

    with section('partner data'):
        if INSIDER:
            lights = api.collection_items('eclairage')['features']
            equal('ECL of Nanterre', len(lights), 9)
            check('with its sensitive attribute', all('contact_riverain' in f['properties'] for f in lights), json.dumps(lights[:1]))
        else:
            refused('ECL of Nanterre is refused', lambda: api.collection_items('eclairage'), ['"status":401', '"status":403'])


if TASK['wrong']:
    def first():
        api = service()
        if not api.links:
            raise RuntimeError(json.dumps(api.response))
        return api.links

    refused('a wrong key fails', first, ['401', 'redentials'])
else:
    run()
