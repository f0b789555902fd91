"""The OAPIF driver of GDAL: layers, schema, counts, filters that the server does, boxes, conversion."""
import json
import tempfile

from osgeo import gdal, ogr, osr

from checks import FURNITURE, INSIDER, KEY, LANES, LOGIN, ROOT, TASK, TYPES, WAY, check, equal, in_degrees, in_lambert, refused, section

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()
if LOGIN:
    gdal.SetConfigOption('GDAL_HTTP_AUTH', 'BASIC')
    gdal.SetConfigOption('GDAL_HTTP_USERPWD', '%s:%s' % (LOGIN, KEY))
elif WAY == 'header':
    gdal.SetConfigOption('GDAL_HTTP_HEADERS', 'X-API-Key: %s' % KEY)
COLLECTIONS = sorted(name.split(':')[1] for name in TYPES)
# its own page size is 10
OPTIONS = ['PAGE_SIZE=1000'] + (['USERPWD=%s:%s' % (LOGIN, KEY)] if LOGIN else [])


def opened(options=OPTIONS):
    return gdal.OpenEx('OAPIF:%s/ogc' % ROOT, gdal.OF_VECTOR, open_options=options)


def numbers(layer, field='numero'):
    return sorted(feature.GetField(field) for feature in layer)


def run():
    source = opened()
    with section('layers'):
        names = [source.GetLayer(i).GetName() for i in range(source.GetLayerCount())]
        equal('the layers', sorted(names), COLLECTIONS)

    points = source.GetLayerByName('mobilier')
    with section('schema'):
        definition = points.GetLayerDefn()
        fields = [definition.GetFieldDefn(i) for i in range(definition.GetFieldCount())]
        equal('fields with their types', [(field.GetName(), field.GetTypeName(), field.GetSubType() == ogr.OFSTBoolean) for field in fields], [
            ('id', 'String', False), ('numero', 'Integer', False), ('nature', 'String', False), ('hauteur', 'Real', False),
            ('eclaire', 'Integer', True), ('pose_le', 'Date', False), ('releve', 'DateTime', False), ('remarque', 'String', False)])
        equal('the kind of geometry', ogr.GeometryTypeToName(points.GetGeomType()), 'Point')
        equal('the kind of the lines', ogr.GeometryTypeToName(source.GetLayerByName('pistes').GetGeomType()), 'Line String')
        west, east, south, north = points.GetExtent()
        check('the extent', in_degrees(west, south) and in_degrees(east, north), points.GetExtent())

    with section('all'):
        equal('the count', points.GetFeatureCount(), FURNITURE)
        points.ResetReading()
        found = list(points)
        equal('all features over the pages, each once', numbers(found), list(range(1, FURNITURE + 1)))
        check('coordinates lon, lat', all(in_degrees(f.geometry().GetX(), f.geometry().GetY()) for f in found))
        first = next(f for f in found if f.GetField('numero') == 1)
        equal('values of a feature', [first.GetField(name) for name in ['id', 'nature', 'hauteur', 'eclaire', 'pose_le', 'releve', 'remarque']],
              ['mobilier.1', 'Banc', 0.25, 1, '2020/01/01', '2024/01/01 08:30:00+00', None])
        equal('text with markup', next(f for f in found if f.GetField('numero') == 2).GetField('remarque'), 'n° 2 & <suite>')
        equal('all lines', len(list(source.GetLayerByName('pistes'))), LANES)

    with section('a page of whole heights'):
        # a client takes the type of a column from what it reads first: one that begins with 1 must not lose what follows
        page = gdal.OpenEx('%s/ogc/collections/mobilier/items?filter=hauteur%%20=%%201&limit=5' % ROOT, gdal.OF_VECTOR, allowed_drivers=['GeoJSON'])
        definition = page.GetLayer(0).GetLayerDefn()
        equal('a page of whole heights: real numbers', definition.GetFieldDefn(definition.GetFieldIndex('hauteur')).GetTypeName(), 'Real')
        equal('a page of whole heights: their values', {feature.GetField('hauteur') for feature in page.GetLayer(0)}, {1.0})

    with section('pages of its own size'):
        small = opened([option for option in OPTIONS if not option.startswith('PAGE_SIZE')])
        equal('pages of ten', len(list(small.GetLayerByName('pistes'))), LANES)

    for text, wanted in [
            ("nature = 'Borne « fontaine »'", FURNITURE // 5),
            ("nature = 'Abri d''autobus'", FURNITURE // 5),
            ("nature LIKE 'B%'", 2 * FURNITURE // 5),
            ('numero > 2490', FURNITURE - 2490),
            ('numero <= 20 AND hauteur >= 1.5', 10),
            ('numero = 3 OR numero = 5', 2),
            ('NOT (numero > 4)', 4),
            ('numero IN (7, 8, 9)', 3),
            ('numero BETWEEN 11 AND 15', 5),
            ('remarque IS NULL', FURNITURE // 4),
            ('eclaire = 1 AND numero < 10', 3),
            ("pose_le = '2020/01/21'", len([i for i in range(FURNITURE) if i % 365 == 20 and i % 10 != 9])),
            ("pose_le >= '2020/12/20'", len([i for i in range(FURNITURE) if i % 365 >= 354 and i % 10 != 9])),
            ("releve >= '2024/01/20 08:30:00'", len([i for i in range(FURNITURE) if i % 28 >= 19])),
            ("id = 'mobilier.77'", 1)]:
        with section('filter %s' % text):
            points.SetAttributeFilter(text)
            equal('filter %s: the count' % text, points.GetFeatureCount(), wanted)
            equal('filter %s: the features' % text, len(list(points)), wanted)
    points.SetAttributeFilter(None)

    with section('box'):
        points.SetSpatialFilterRect(2.1999, 48.7499, 2.2009, 48.7509)
        equal('the features in a box', numbers(points), [1, 2, 51, 52])
        equal('as many as are counted', points.GetFeatureCount(), 4)
        points.SetAttributeFilter('numero < 10')
        equal('a box and a filter', numbers(points), [1, 2])
        points.SetAttributeFilter(None)
        points.SetSpatialFilter(None)

    with section('by id'):
        one = gdal.OpenEx('OAPIF_COLLECTION:%s/ogc/collections/mobilier' % ROOT, gdal.OF_VECTOR, open_options=OPTIONS)
        equal('a collection by its address', one.GetLayer(0).GetFeatureCount(), FURNITURE)

    with section('conversion'):
        target = tempfile.mkdtemp(prefix='geomig-gdal-') + '/pistes.geojson'
        gdal.VectorTranslate(target, opened(), layers=['pistes'], format='GeoJSON', dstSRS='EPSG:2154', reproject=True,
                             layerCreationOptions=['RFC7946=NO'])
        converted = json.load(open(target, encoding='utf-8'))['features']
        equal('ogr2ogr to GeoJSON', [f['geometry']['type'] for f in converted], ['LineString'] * LANES)
        check('turned rightly', all(in_lambert(*f['geometry']['coordinates'][0][:2]) for f in converted))

    with section('partner data'):
        lights = source.GetLayerByName('eclairage')
        if INSIDER:
            equal('ECL of Nanterre', len(list(lights)), 9)
            check('with its sensitive attribute', lights.GetLayerDefn().GetFieldIndex('contact_riverain') >= 0)
        else:
            check('ECL of Nanterre is not there', lights is None)


if TASK['wrong']:
    refused('a wrong key fails', opened, ['401', 'uthentication', 'credentials'])
else:
    run()
