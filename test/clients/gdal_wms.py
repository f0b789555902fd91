"""GDAL's WMS driver in the version that the task names: subdatasets, and maps in x,y or in the order of the CRS."""
from osgeo import gdal

from checks import KEY, LAYERS, LOGIN, ROOT, TASK, WAY, check, equal, refused, section

gdal.UseExceptions()
VERSION = TASK['versions'][0]
if WAY == 'basic':
    gdal.SetConfigOption('GDAL_HTTP_USERPWD', '%s:%s' % (LOGIN, KEY))
if WAY == 'header':
    gdal.SetConfigOption('GDAL_HTTP_HEADERS', 'X-API-Key: %s' % KEY)
gdal.SetConfigOption('GDAL_ENABLE_WMS_CACHE', 'NO')

MAPS = {'EPSG:2154': '647500 6851600 649200 6849300', 'EPSG:3857': '254500 6234700 256900 6231100', 'EPSG:4326': '2.285 48.765 2.31 48.74'}


def service(layers, crs, box, image='image/png', bands=4):
    west, north, east, south = box.split()
    new = VERSION == '1.3.0'
    order = 'yxYX' if new and crs == 'EPSG:4326' else 'xyXY'
    name = 'CRS' if new else 'SRS'
    login = '<UserPwd>%s:%s</UserPwd>' % (LOGIN, KEY) if LOGIN else ''
    return ('<GDAL_WMS><Service name="WMS"><Version>%s</Version><ServerUrl>%s/wms?</ServerUrl><%s>%s</%s><BBoxOrder>%s</BBoxOrder>'
            '<ImageFormat>%s</ImageFormat><Transparent>%s</Transparent><Layers>%s</Layers><Styles></Styles></Service>'
            '<DataWindow><UpperLeftX>%s</UpperLeftX><UpperLeftY>%s</UpperLeftY><LowerRightX>%s</LowerRightX><LowerRightY>%s</LowerRightY>'
            '<SizeX>256</SizeX><SizeY>256</SizeY></DataWindow><Projection>%s</Projection><BandsCount>%d</BandsCount><BlockSizeX>256</BlockSizeX>'
            '<BlockSizeY>256</BlockSizeY>%s</GDAL_WMS>') % (VERSION, ROOT, name, crs, name, order, image, 'TRUE' if bands == 4 else 'FALSE', layers,
                                                          west, north, east, south, crs, bands, login)


def quarters(dataset, band, empty):
    return [sum(1 for value in dataset.GetRasterBand(band).ReadRaster(x, y, 128, 128) if abs(value - empty) > 8) for x in (0, 128) for y in (0, 128)]


def run():
    with section('subdatasets'):
        source = gdal.Open('WMS:%s/wms?SERVICE=WMS&REQUEST=GetCapabilities&VERSION=%s' % (ROOT, VERSION))
        listed = source.GetMetadata('SUBDATASETS')
        names = [value for name, value in listed.items() if name.endswith('_NAME')]
        found = {layer for layer in LAYERS for value in names if layer in value or layer.replace(':', '%3A') in value}
        equal('a subdataset of each layer', (sorted(found), len(names)), (sorted(LAYERS), len(LAYERS)))
        check('they ask in the version', all(VERSION in value for value in names), names[:2])
        mine = [value for value in names if 'antony:arbres' in value or 'antony%3Aarbres' in value]
        dataset = gdal.Open(mine[0])
        check('a subdataset opens', dataset.RasterXSize > 0 and dataset.RasterCount in (3, 4), (dataset.RasterXSize, dataset.RasterCount))
        # the whole extent on few pixels
        small = dataset.ReadRaster(0, 0, dataset.RasterXSize, dataset.RasterYSize, 64, 64, band_list=[1])
        check('and is drawn', len(set(small)) > 1)

    for crs, box in MAPS.items():
        with section('map in ' + crs):
            seen = quarters(gdal.Open(service('antony:arbres', crs, box)), 4, 0)
            check('map in %s: something in each quarter' % crs, min(seen) > 10, seen)
            seen = quarters(gdal.Open(service('antony:arbres', crs, box, 'image/jpeg', 3)), 1, 255)
            check('map in %s as JPEG' % crs, min(seen) > 10, seen)

    with section('group'):
        seen = quarters(gdal.Open(service('antony', 'EPSG:2154', MAPS['EPSG:2154'])), 4, 0)
        check('a group is drawn', min(seen) > 10, seen)

    with section('refusals'):
        def unknown():
            dataset = gdal.Open(service('antony:nulle', 'EPSG:2154', MAPS['EPSG:2154']))
            return dataset.ReadRaster(0, 0, 256, 256)
        refused('an unknown layer is told in words', unknown, ['antony:nulle'])


if TASK['wrong']:
    refused('a wrong key fails', lambda: gdal.Open('WMS:%s/wms?SERVICE=WMS&REQUEST=GetCapabilities&VERSION=%s' % (ROOT, VERSION)), ['401', 'uthori', 'rror'])
else:
    run()
