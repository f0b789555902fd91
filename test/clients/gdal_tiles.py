"""GDAL: the WMTS driver on both grids, and tiles by a TMS description file."""
import tempfile
import os

from osgeo import gdal

from checks import INSIDER, KEY, LAYERS, LOGIN, ROOT, TASK, WAY, check, equal, refused, section

gdal.UseExceptions()
if LOGIN:
    gdal.SetConfigOption('GDAL_HTTP_AUTH', 'BASIC')
    gdal.SetConfigOption('GDAL_HTTP_USERPWD', '%s:%s' % (LOGIN, KEY))
elif WAY == 'header':
    gdal.SetConfigOption('GDAL_HTTP_HEADERS', 'X-API-Key: %s' % KEY)
folder = tempfile.mkdtemp(prefix='geomig-gdal-')
gdal.SetConfigOption('GDAL_DEFAULT_WMS_CACHE_PATH', folder)

CAPABILITIES = 'WMTS:%s/wmts?SERVICE=WMTS&REQUEST=GetCapabilities' % ROOT
TREES = {'EPSG:2154': (647500, 6849500, 649500, 6852500), 'EPSG:3857': (254300, 6231000, 257200, 6235000)}


def painted(source, window):
    """Pixels that are not transparent in a window of the ground, at about two metres a pixel."""
    picture = gdal.Translate('', source, format='MEM', projWin=[window[0], window[3], window[2], window[1]], width=400, height=400)
    alpha = picture.GetRasterBand(picture.RasterCount).ReadRaster()
    return sum(1 for value in alpha if value)


def run():
    with section('sub-datasets'):
        names = [name for name, _ in gdal.Open(CAPABILITIES).GetSubDatasets()]
        seen = sorted({tuple(part.split('=', 1)[1] for part in name.split(',') if part.split('=')[0] in ('layer', 'tilematrixset')) for name in names})
        if len(LAYERS) > 1:
            equal('every layer on both grids', seen, sorted((layer, grid) for layer in LAYERS for grid in ('Lambert93', 'WebMercatorQuad')))

    for grid, crs in [('Lambert93', 'EPSG:2154'), ('WebMercatorQuad', 'EPSG:3857')]:
        with section('WMTS on %s' % grid):
            source = gdal.Open('%s,layer=antony:arbres,tilematrixset=%s' % (CAPABILITIES, grid))
            equal('the CRS on %s' % grid, source.GetSpatialRef().GetAuthorityCode(None), crs[5:])
            left, size, _, top, _, down = source.GetGeoTransform()
            check('pixels on %s, north up' % grid, size > 0 and down == -size and size < 0.1, source.GetGeoTransform())
            right, bottom = left + source.RasterXSize * size, top - source.RasterYSize * size
            box = TREES[crs]
            check('the extent on %s is that of the layer' % grid,
                  box[0] - 9000 < left < box[2] and box[0] < right < box[2] + 9000 and box[1] - 9000 < bottom < box[3] and box[1] < top < box[3] + 9000,
                  (left, bottom, right, top))
            equal('colours with transparency on %s' % grid, source.RasterCount, 4)
            count = painted(source, box)
            check('drawn on %s' % grid, 100 < count < 80000, count)

    with section('TMS file'):
        path = os.path.join(folder, 'tiles.xml')
        with open(path, 'w') as file:
            file.write('<GDAL_WMS><Service name="TMS"><ServerUrl>%s/tiles/antony:arbres/${z}/${x}/${y}.png</ServerUrl></Service>'
                       '<DataWindow><UpperLeftX>-20037508.34</UpperLeftX><UpperLeftY>20037508.34</UpperLeftY><LowerRightX>20037508.34</LowerRightX>'
                       '<LowerRightY>-20037508.34</LowerRightY><TileLevel>18</TileLevel><TileCountX>1</TileCountX><TileCountY>1</TileCountY>'
                       '<YOrigin>top</YOrigin></DataWindow><Projection>EPSG:3857</Projection><BlockSizeX>256</BlockSizeX><BlockSizeY>256</BlockSizeY>'
                       '<BandsCount>4</BandsCount>%s</GDAL_WMS>'
                       % (ROOT, '<UserPwd>%s:%s</UserPwd>' % (LOGIN, KEY) if LOGIN else ''))
        count = painted(gdal.Open(path), TREES['EPSG:3857'])
        check('XYZ by a TMS file', 100 < count < 80000, count)

    with section('partner data'):
        if INSIDER:
            lights = gdal.Open('%s,layer=nanterre:eclairage,tilematrixset=Lambert93' % CAPABILITIES)
            count = painted(lights, (640000, 6864000, 644000, 6868000))
            check('partner data by WMTS', count > 100, count)
        else:
            refused('a layer that is not the caller’s is none', lambda: gdal.Open('%s,layer=nanterre:eclairage,tilematrixset=Lambert93' % CAPABILITIES),
                    ['Cannot find layer', 'No such file'])


def refuse():
    refused('WMTS with a wrong key', lambda: gdal.Open(CAPABILITIES), ['401', 'uthentication', 'Missing Capabilities'])


refuse() if TASK['wrong'] else run()
