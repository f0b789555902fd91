"""GDAL, WFS driver in versions 1.0.0, 1.1.0 and 2.0.0: layers, schema, counts, all features, filters, boxes, order, other reference systems."""
import base64
import urllib.request

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
SYSTEMS = [2154, 3949, 9794, 3857, 3035, 4326, 4258, 4171]


def system(code):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(code)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


def fetched(path):
    request = urllib.request.Request(ROOT + path)
    if LOGIN:
        request.add_header('Authorization', 'Basic ' + base64.b64encode(('%s:%s' % (LOGIN, KEY)).encode()).decode())
    elif WAY == 'header':
        request.add_header('X-API-Key', KEY)
    return urllib.request.urlopen(request, timeout=30).read()


def opened(version, more=''):
    return gdal.OpenEx('WFS:%s/wfs?VERSION=%s%s' % (ROOT, version, more), gdal.OF_VECTOR)


def numbers(layer, field='numero'):
    return sorted(feature.GetField(field) for feature in layer)


def run(version):
    def named(text):
        return 'WFS %s: %s' % (version, text)

    source = opened(version)
    with section(named('layers')):
        equal(named('the layers'), sorted(source.GetLayer(i).GetName() for i in range(source.GetLayerCount())), sorted(TYPES))
    points = source.GetLayerByName('antony:mobilier')
    lanes = source.GetLayerByName('antony:pistes')

    with section(named('schema')):
        definition = points.GetLayerDefn()
        fields = [definition.GetFieldDefn(i) for i in range(definition.GetFieldCount())]
        equal(named('fields with their types'), [(field.GetName(), field.GetTypeName()) for field in fields], [
            ('gml_id', 'String'), ('numero', 'Integer'), ('nature', 'String'), ('hauteur', 'Real'), ('eclaire', 'Integer'), ('pose_le', 'Date'),
            ('releve', 'DateTime'), ('remarque', 'String')])
        equal(named('the kind of the points'), ogr.GeometryTypeToName(points.GetGeomType()), 'Point')
        check(named('the kind of the lines'), ogr.GeometryTypeToName(lanes.GetGeomType()) in ('Line String', 'Compound Curve'))
        equal(named('the CRS of the points'), points.GetSpatialRef().GetAuthorityCode(None), '2154')
        equal(named('the CRS of the lines'), lanes.GetSpatialRef().GetAuthorityCode(None), '4326')

    with section(named('all')):
        equal(named('the count'), points.GetFeatureCount(), FURNITURE)
        found = list(points)
        equal(named('all features, each once'), sorted(f.GetField('numero') for f in found), list(range(1, FURNITURE + 1)))
        equal(named('each with an id of its own'), len({f.GetField('gml_id') for f in found}), FURNITURE)
        check(named('coordinates east, north'), all(in_lambert(f.geometry().GetX(), f.geometry().GetY()) for f in found))
        first = next(f for f in found if f.GetField('numero') == 1)
        equal(named('values of a feature'), [first.GetField(i) for i in range(first.GetFieldCount())],
              ['mobilier.1', 1, 'Banc', 0.25, 1, '2020/01/01', '2024/01/01 08:30:00+00', None])
        west, east, south, north = points.GetExtent()
        check(named('the extent'), in_lambert(west, south) and in_lambert(east, north), (west, east, south, north))
        spans = [f.geometry().GetEnvelope() for f in lanes]
        equal(named('all lines'), len(spans), LANES)
        check(named('lines east, north'), all(in_degrees(w, s) and in_degrees(e, n) for w, e, s, n in spans), spans[:1])

    for text, wanted in [
            ("nature = 'Borne « fontaine »'", FURNITURE // 5),
            ("nature = 'Abri d''autobus'", FURNITURE // 5),
            ("nature LIKE 'B%'", 2 * FURNITURE // 5),
            ('numero > 2490', FURNITURE - 2490),
            ('numero <= 20 AND hauteur >= 1.5', 10),
            ('numero = 3 OR numero = 5', 2),
            ('NOT (numero > 4)', 4),
            ('numero BETWEEN 11 AND 15', 5),
            ('remarque IS NULL', FURNITURE // 4),
            ('pose_le IS NOT NULL AND numero < 21', 18),
            ("gml_id = 'mobilier.77'", 1)]:
        with section(named('filter %s' % text)):
            points.SetAttributeFilter(text)
            equal(named('filter %s: the count' % text), points.GetFeatureCount(), wanted)
            equal(named('filter %s: the features' % text), len(list(points)), wanted)
    points.SetAttributeFilter(None)

    with section(named('box')):
        points.SetSpatialFilterRect(641170, 6850270, 641240, 6850360)
        equal(named('a box'), numbers(points), [1, 2, 51, 52])
        equal(named('its count'), points.GetFeatureCount(), 4)
        points.SetAttributeFilter('numero < 51')
        equal(named('a box and a filter'), numbers(points), [1, 2])
        points.SetAttributeFilter(None)
        points.SetSpatialFilter(None)
        lanes.SetSpatialFilterRect(2.155, 48.795, 2.1655, 48.8035)
        equal(named('a box on a CRS that puts the north first'), numbers(lanes, 'code'), ['P001', 'P002'])
        equal(named('and its count'), lanes.GetFeatureCount(), 2)
        lanes.SetSpatialFilterRect(2.1601, 48.8007, 2.1606, 48.8009)
        equal(named('a box beside a slanted line: no feature, and none counted'), [len(list(lanes)), lanes.GetFeatureCount()], [0, 0])
        lanes.SetSpatialFilter(None)

    with section(named('order')):
        ordered = source.ExecuteSQL('SELECT * FROM "antony:mobilier" WHERE numero < 50 ORDER BY hauteur DESC')
        heights = [f.GetField('hauteur') for f in ordered]
        equal(named('an order downwards'), heights, sorted(heights, reverse=True))
        equal(named('of all'), len(heights), 49)
        source.ReleaseResultSet(ordered)

    if version < '2':  # in 2.0 GDAL takes COUNT for the size of its pages
        with section(named('limit')):
            few = opened(version, '&MAXFEATURES=7')
            equal(named('a limit in the address'), numbers(few.GetLayerByName('antony:mobilier')), list(range(1, 8)))

    # documents in other systems, read by the GML driver, which turns axes by what srsName says
    for code in SYSTEMS:
        for form in ['EPSG:%d', 'urn:ogc:def:crs:EPSG::%d', 'http://www.opengis.net/gml/srs/epsg.xml%%23%d']:
            with section(named('in %s' % form % code)):
                document = fetched('/wfs?SERVICE=WFS&VERSION=%s&REQUEST=GetFeature&%s=antony:pistes&SRSNAME=%s&%s=1' % (
                    version, 'TYPENAMES' if version >= '2' else 'TYPENAME', form % code, 'COUNT' if version >= '2' else 'MAXFEATURES'))
                copy = '/vsimem/%s-%d.gml' % (version, code)
                gdal.FileFromMemBuffer(copy, document)
                read = gdal.OpenEx(copy, gdal.OF_VECTOR, allowed_drivers=['GML'], open_options=['DOWNLOAD_SCHEMA=NO'])
                layer = read.GetLayer(0)
                only = layer.GetNextFeature()
                geometry = only.geometry().Clone()
                equal(named('in %s: its CRS' % form % code), layer.GetSpatialRef().GetAuthorityCode(None), str(code))
                geometry.Transform(osr.CoordinateTransformation(system(code), system(4326)))
                west, east, south, north = geometry.GetEnvelope()
                check(named('in %s: its place' % form % code), abs(west - 2.16) < 1e-5 and abs(south - 48.8) < 1e-5, (west, south))
                gdal.Unlink(copy)

    with section(named('partner data')):
        lights = source.GetLayerByName('nanterre:eclairage')
        if INSIDER:
            equal(named('ECL of Nanterre'), len(list(lights)), 9)
            check(named('with its sensitive attribute'), lights.GetLayerDefn().GetFieldIndex('contact_riverain') >= 0)
        else:
            check(named('ECL of Nanterre is not there'), lights is None)


for asked in ['1.0.0', '1.1.0', '2.0.0']:
    if TASK['wrong']:
        refused('WFS %s: a wrong key fails' % asked, lambda: opened(asked), ['401', 'uthentication', 'credentials', 'not a valid'])
    else:
        run(asked)
