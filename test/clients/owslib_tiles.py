"""OWSLib: WMTS by parameters and by path."""
import struct

from owslib.util import Authentication, openURL
from owslib.wmts import WebMapTileService

from checks import INSIDER, KEY, LAYERS, LOGIN, ROOT, TASK, WAY, check, equal, refused, section

who = {'username': LOGIN, 'password': KEY} if LOGIN else {'headers': {'X-API-Key': KEY}} if WAY == 'header' else {}
PNG = b'\x89PNG\r\n\x1a\n'


def size(picture):
    return struct.unpack('>II', picture[16:24])


def run():
    service = WebMapTileService(ROOT + '/wmts', **who)
    with section('capabilities'):
        equal('the layers', sorted(service.contents), sorted(LAYERS))
        equal('the grids', sorted(service.tilematrixsets), ['Lambert93', 'WebMercatorQuad'])
        equal('the type of the service', service.identification.type, 'OGC WMTS')
        equal('the operations', [one.name for one in service.operations], ['GetCapabilities', 'GetTile', 'GetFeatureInfo'])
        trees = service.contents['antony:arbres']
        equal('formats', trees.formats, ['image/png', 'image/jpeg', 'image/webp'])
        check('information', 'text/plain' in trees.infoformats, trees.infoformats)
        check('title and abstract', 'Antony' in trees.title and 'Mutualisation' in trees.abstract, (trees.title, trees.abstract))
        west, south, east, north = trees.boundingBoxWGS84
        check('extent', 2.28 < west < east < 2.32 and 48.73 < south < north < 48.77, trees.boundingBoxWGS84)
        check('a style with its legend', any(style.get('isDefault') and 'GetLegendGraphic' in style.get('legend', '') for style in trees.styles.values()),
              trees.styles)
        check('addresses by path', {one['resourceType'] for one in trees.resourceURLs} == {'tile', 'FeatureInfo'}, trees.resourceURLs)
    for grid in ['Lambert93', 'WebMercatorQuad']:
        with section('tiles on %s' % grid):
            limits = service.contents['antony:arbres'].tilematrixsetlinks[grid].tilematrixlimits['13']
            asked = dict(layer='antony:arbres', tilematrixset=grid, tilematrix='13', row=limits.mintilerow, column=limits.mintilecol)
            picture = service.gettile(format='image/png', **asked).read()
            check('a tile on %s' % grid, picture[:8] == PNG and size(picture) == (256, 256), picture[:30])
            equal('a JPEG tile on %s' % grid, service.gettile(format='image/jpeg', **asked).read()[:2], b'\xff\xd8')
            matrix = service.tilematrixsets[grid].tilematrix['13']
            corner = {'Lambert93': (0, 12000000), 'WebMercatorQuad': (-20037508.342789244, 20037508.342789244)}[grid]
            equal('the corner of %s' % grid, tuple(matrix.topleftcorner), corner)
            template = next(one['template'] for one in trees.resourceURLs if one['format'] == 'image/png')
            path = template.replace('{style}', 'default')
            for name, value in [('TileMatrixSet', grid), ('TileMatrix', '13'), ('TileRow', asked['row']), ('TileCol', asked['column'])]:
                path = path.replace('{%s}' % name, str(value))
            other = openURL(path, **({'headers': who['headers']} if WAY == 'header' else {'auth': Authentication(LOGIN, KEY)} if LOGIN else {})).read()
            check('the same tile by path on %s' % grid, other == picture, len(other))
    with section('out of range'):
        refused('a row beyond the layer', lambda: service.gettile(layer='antony:arbres', tilematrixset='Lambert93', tilematrix='13', row=1, column=1,
                                                                  format='image/png'), ['TileCol', 'TileRow', '400'])
    if not INSIDER:
        with section('partner data'):
            refused('partner data', lambda: service.gettile(layer='nanterre:eclairage', style='default', tilematrixset='Lambert93', tilematrix='13',
                                                            row=1, column=1, format='image/png'), ['AuthenticationRequired', 'AccessDenied', 'delegation'])


def refuse():
    refused('WMTS with a wrong key', lambda: WebMapTileService(ROOT + '/wmts', **who), ['401', 'uthenti', 'credentials'])


refuse() if TASK['wrong'] else run()
