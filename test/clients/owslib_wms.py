"""OWSLib against the WMS in the version that the task names: capabilities, maps in x,y or in the order of the CRS, groups, feature info in every
format, legend, exceptions."""
import json

from owslib.util import Authentication, openURL
from owslib.wms import WebMapService

from checks import INSIDER, KEY, LAYERS, LOGIN, ROOT, TASK, WAY, check, equal, in_degrees, in_lambert, refused, section

VERSION = TASK['versions'][0]
NEW = VERSION == '1.3.0'
who = {'username': LOGIN, 'password': KEY} if LOGIN else {'headers': {'X-API-Key': KEY}} if WAY == 'header' else {}
TREES = {'EPSG:2154': (647500, 6849300, 649200, 6851600), 'EPSG:3857': (254500, 6231100, 256900, 6234700),
         'EPSG:4326': (2.285, 48.74, 2.31, 48.765), 'EPSG:3035': (3754000, 2876500, 3757500, 2880500)}


def read(address):
    return openURL(address, auth=Authentication(LOGIN, KEY) if LOGIN else None, headers=who.get('headers')).read()


def run():
    service = WebMapService(ROOT + '/wms', version=VERSION, **who)
    empty = len(service.getmap(layers=['antony:arbres'], styles=[''], srs='EPSG:2154', bbox=(600000, 6900000, 601000, 6901000), size=(200, 200),
                               format='image/png', transparent=True).read())

    def drawn(layers, crs='EPSG:2154', box=None, **more):
        data = service.getmap(layers=layers, styles=[''] * len(layers), srs=crs, bbox=box or TREES[crs], size=(200, 200), format='image/png',
                              transparent=True, **more).read()
        return len(data) if data[:4] == b'\x89PNG' else data[:300]

    with section('capabilities'):
        equal('the version', service.identification.version, VERSION)
        equal('the type of the service', service.identification.type, 'WMS' if NEW else 'OGC:WMS')
        equal('the layers', sorted(service.contents), sorted(LAYERS))
        trees = service.contents['antony:arbres']
        west, south, east, north = trees.boundingBoxWGS84
        check('the box in degrees', in_degrees(west, south) and in_degrees(east, north), trees.boundingBoxWGS84)
        # of 1.1.1 OWSLib keeps the first box only
        boxes = {box[4]: box[:4] for box in (trees.crs_list if NEW else [trees.boundingBox])}
        check('the box in Lambert-93', in_lambert(*boxes['EPSG:2154'][:2]), boxes)
        if NEW:
            # OWSLib turns the boxes of 1.3.0 itself
            check('the box in EPSG:4326 is longitude, latitude for OWSLib', in_degrees(*boxes['EPSG:4326'][:2]), boxes['EPSG:4326'])
        check('CRSs', {'EPSG:2154', 'EPSG:3949', 'EPSG:3857', 'EPSG:4326', 'EPSG:4258'} <= set(trees.crsOptions), trees.crsOptions)
        equal('CRS:84 is one of 1.3.0 only', 'CRS:84' in trees.crsOptions, NEW)
        equal('operations', {operation.name for operation in service.operations} >= {'GetCapabilities', 'GetMap', 'GetFeatureInfo'}, True)
        check('exceptions', len(service.exceptions) == 3 and ('XML' in service.exceptions) == NEW, service.exceptions)
        check('the record', any('fr-92-mig-arb' in link['url'] for link in trees.metadataUrls), trees.metadataUrls)
        check('the keyword list, the abstract, the attribution', trees.keywords and trees.abstract and 'Mutualisation' in trees.attribution['title'])
        equal('queryable', trees.queryable, 1)

    for crs in TREES:
        with section('map in ' + crs):
            size = drawn(['antony:arbres'], crs)
            check('a map in ' + crs, isinstance(size, int) and size > empty + 100, size)

    with section('map as JPEG'):
        data = service.getmap(layers=['antony:arbres'], styles=['default'], srs='EPSG:2154', bbox=TREES['EPSG:2154'], size=(200, 200), format='image/jpeg')
        check('JPEG', data.read()[:2] == b'\xff\xd8')

    with section('several layers and groups'):
        wide = (640500, 6849000, 649500, 6855000)
        three = drawn(['antony:arbres', 'antony:mobilier', 'antony:pistes'], box=wide)
        group = drawn(['antony'], box=wide)
        check('several layers', isinstance(three, int) and three > drawn(['antony:arbres'], box=wide), three)
        check('a group', isinstance(group, int) and group > drawn(['antony:arbres'], box=wide), group)
        tree = read('%s/wms?SERVICE=WMS&VERSION=%s&REQUEST=GetCapabilities&GROUPS=TRUE' % (ROOT, VERSION))
        parsed = WebMapService(ROOT + '/wms', xml=tree, version=VERSION, **who)
        group = parsed.contents['antony']
        equal('groups in capabilities', sorted(layer.id for layer in group.layers), ['antony:arbres', 'antony:mobilier', 'antony:pistes'])

    with section('feature info'):
        asked = {'layers': ['antony:arbres'], 'query_layers': ['antony:arbres'], 'srs': 'EPSG:4326', 'bbox': TREES['EPSG:4326'],
                 'size': (400, 400), 'xy': (160, 240), 'feature_count': 5}
        formats = service.getOperationByName('GetFeatureInfo').formatOptions
        check('formats', len(formats) >= 7, formats)
        for form in formats:
            text = service.getfeatureinfo(info_format=form, **asked).read().decode()
            check('feature info as ' + form, 'ARB-06' in text and 'ARB-07' not in text, text[:300])
        place = json.loads(service.getfeatureinfo(info_format='application/json', **asked).read())['features'][0]['geometry']['coordinates']
        check('JSON is longitude, latitude', in_degrees(*place), place)
        both = service.getfeatureinfo(info_format='text/plain', **{**asked, 'layers': ['antony'], 'query_layers': ['antony']}).read().decode()
        check('of a group', 'ARB-06' in both, both[:300])

    with section('legend'):
        style = trees.styles['default']
        legend = read(style['legend'])
        check('the legend at its address', legend[:4] == b'\x89PNG', legend[:60])
        if NEW:
            equal('of the width that was told', str(int.from_bytes(legend[16:20], 'big')), str(style['legend_width']))

    with section('exceptions'):
        refused('an unknown layer', lambda: drawn(['antony:nulle']), ['antony:nulle', 'LayerNotDefined'])
        refused('an unknown CRS', lambda: drawn(['antony:arbres'], 'EPSG:32631', box=(0, 0, 1, 1)), ['EPSG:32631'])
        for way in service.exceptions[1:]:
            size = drawn(['antony:nulle'], exceptions=way)
            check('the exception as a picture, ' + way, isinstance(size, int), size)

    with section('partner data'):
        lights = (637000, 6865000, 643000, 6870000)
        if INSIDER:
            check('ECL of Nanterre', isinstance(drawn(['nanterre:eclairage'], box=lights), int))
            check('its group', isinstance(drawn(['nanterre'], box=lights), int))
        else:
            refused('ECL of Nanterre is refused', lambda: drawn(['nanterre:eclairage'], box=lights), ['AuthenticationRequired', 'AccessDenied', 'delegation', '401', '403'])
            refused('and its group is not known', lambda: drawn(['nanterre'], box=lights), ['LayerNotDefined', 'nanterre'])


if TASK['wrong']:
    refused('a wrong key fails', lambda: WebMapService(ROOT + '/wms', version=VERSION, **who), ['401', 'uthori', 'credentials', 'AuthenticationRequired'])
else:
    run()
