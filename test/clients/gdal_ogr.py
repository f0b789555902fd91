"""GDAL: the WFS driver (layers, schema, counts, filters, boxes, order, pages, conversion), the WMS driver, the CSW driver."""
import json
import tempfile

from osgeo import gdal, ogr, osr

from checks import (FURNITURE, INSIDER, KEY, LANES, LAYERS, LOGIN, RECORDS, ROOT, TASK, TYPES, WAY, check, equal, in_degrees, in_lambert,
                    refused, section)

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()
if LOGIN:
    gdal.SetConfigOption('GDAL_HTTP_AUTH', 'BASIC')
    gdal.SetConfigOption('GDAL_HTTP_USERPWD', '%s:%s' % (LOGIN, KEY))
elif WAY == 'header':
    gdal.SetConfigOption('GDAL_HTTP_HEADERS', 'X-API-Key: %s' % KEY)
folder = tempfile.mkdtemp(prefix='geomig-gdal-')
gdal.SetConfigOption('GDAL_DEFAULT_WMS_CACHE_PATH', folder)


def wfs(version=''):
    return gdal.OpenEx('WFS:%s/wfs%s' % (ROOT, version and '?VERSION=' + version), gdal.OF_VECTOR)


def numbers(layer, field='numero'):
    return sorted(feature.GetField(field) for feature in layer)


def features():
    source = wfs()
    with section('layers'):
        names = [source.GetLayer(i).GetName() for i in range(source.GetLayerCount())]
        equal('the layers', sorted(names), sorted(TYPES))
        fixed = wfs('2.0.0')
        equal('the layers of version 2.0.0', fixed.GetLayerCount(), len(TYPES))

    points = source.GetLayerByName('antony:mobilier')
    with section('schema'):
        definition = points.GetLayerDefn()
        fields = [definition.GetFieldDefn(i) for i in range(definition.GetFieldCount())]
        equal('fields with their types', [(field.GetName(), field.GetTypeName(), field.GetSubType() == ogr.OFSTBoolean) for field in fields], [
            ('gml_id', 'String', False), ('numero', 'Integer', False), ('nature', 'String', False), ('hauteur', 'Real', False),
            ('eclaire', 'Integer', True), ('pose_le', 'Date', False), ('releve', 'DateTime', False), ('remarque', 'String', False)])
        equal('the kind of geometry', ogr.GeometryTypeToName(points.GetGeomType()), 'Point')
        equal('the CRS', points.GetSpatialRef().GetAuthorityCode(None), '2154')
        lanes = source.GetLayerByName('antony:pistes')
        # what GDAL makes of gml:CurvePropertyType
        equal('the kind of the lines', ogr.GeometryTypeToName(lanes.GetGeomType()), 'Compound Curve')
        equal('their CRS', lanes.GetSpatialRef().GetAuthorityCode(None), '4326')

    with section('count'):
        equal('the count', points.GetFeatureCount(), FURNITURE)
        west, east, south, north = points.GetExtent()
        check('the extent', in_lambert(west, south) and in_lambert(east, north), points.GetExtent())

    with section('all'):
        points.ResetReading()
        found = list(points)
        equal('all features over the pages', sorted(f.GetField('numero') for f in found), list(range(1, FURNITURE + 1)))
        equal('each with an id of its own', len({f.GetField('gml_id') for f in found}), FURNITURE)
        check('coordinates east, north', all(in_lambert(f.geometry().GetX(), f.geometry().GetY()) for f in found))
        first = next(f for f in found if f.GetField('numero') == 1)
        equal('values of a feature', [first.GetField(i) for i in range(first.GetFieldCount())],
              ['mobilier.1', 1, 'Banc', 0.25, 1, '2020/01/01', '2024/01/01 08:30:00+00', None])
        check('no value is null', not first.IsFieldSetAndNotNull('remarque'))
        spans = [f.geometry().GetEnvelope() for f in lanes]
        equal('all lines', len(spans), LANES)
        check('lines east, north, although their CRS puts the north first', all(in_degrees(w, s) and in_degrees(e, n) for w, e, s, n in spans))

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
            ("pose_le IS NOT NULL AND numero < 21", 18),
            ("gml_id = 'mobilier.77'", 1)]:
        with section('filter %s' % text):
            points.SetAttributeFilter(text)
            equal('filter %s: the count' % text, points.GetFeatureCount(), wanted)
            equal('filter %s: the features' % text, len(list(points)), wanted)
    points.SetAttributeFilter(None)

    with section('box'):
        points.SetSpatialFilterRect(641170, 6850270, 641240, 6850360)
        inside = list(points)
        check('some features in a box', 0 < len(inside) <= 6, len(inside))
        equal('as many as are counted', points.GetFeatureCount(), len(inside))
        points.SetAttributeFilter('numero = 1')
        equal('a box and a filter', numbers(points), [1])
        points.SetAttributeFilter(None)
        points.SetSpatialFilter(None)
        lanes.SetSpatialFilterRect(2.155, 48.795, 2.1655, 48.8035)
        equal('a box on a CRS that puts the north first', numbers(lanes, 'code'), ['P001', 'P002'])
        lanes.SetSpatialFilter(None)

    with section('order'):
        ordered = source.ExecuteSQL('SELECT * FROM "antony:mobilier" WHERE numero < 50 ORDER BY hauteur DESC')
        heights = [f.GetField('hauteur') for f in ordered]
        equal('an order downwards', heights, sorted(heights, reverse=True))
        equal('of all', len(heights), 49)
        source.ReleaseResultSet(ordered)

    with section('pages'):
        for size in ['300', '1000']:
            gdal.SetConfigOption('OGR_WFS_PAGE_SIZE', size)
            paged = wfs()
            equal('pages of %s' % size, numbers(paged.GetLayerByName('antony:mobilier')), list(range(1, FURNITURE + 1)))
            gdal.SetConfigOption('OGR_WFS_PAGE_SIZE', None)

    with section('conversion'):
        target = folder + '/pistes.geojson'
        gdal.VectorTranslate(target, source, layers=['antony:pistes'], format='GeoJSON', dstSRS='EPSG:2154', reproject=True,
                             layerCreationOptions=['RFC7946=NO'])
        converted = json.load(open(target, encoding='utf-8'))['features']
        equal('ogr2ogr to GeoJSON', [f['geometry']['type'] for f in converted], ['LineString'] * LANES)
        check('turned rightly', all(in_lambert(*f['geometry']['coordinates'][0][:2]) for f in converted))

    with section('partner data'):
        lights = source.GetLayerByName('nanterre:eclairage')
        if INSIDER:
            equal('ECL of Nanterre', len(list(lights)), 9)
            check('with its sensitive attribute', lights.GetLayerDefn().GetFieldIndex('contact_riverain') >= 0)
        else:
            check('ECL of Nanterre is not there', lights is None)


def maps():
    with section('WMS'):
        source = gdal.Open('WMS:%s/wms?' % ROOT)
        listed = source.GetMetadata('SUBDATASETS')
        descriptions = [value for name, value in listed.items() if name.endswith('_NAME')]
        # GDAL escapes the colon of a name or leaves it
        names = {layer for layer in LAYERS for value in descriptions if layer in value or layer.replace(':', '%3A') in value}
        equal('WMS: a subdataset of each layer', sorted(names), sorted(LAYERS))
        equal('WMS: and no other', len(descriptions), len(LAYERS))
        mine = [value for value in descriptions if 'antony:arbres' in value or 'antony%3Aarbres' in value]
        dataset = gdal.Open(mine[0])
        check('WMS: the subdataset opens', dataset.RasterXSize > 0 and dataset.RasterCount in (3, 4), (dataset.RasterXSize, dataset.RasterCount))

    for crs, version, box in [('EPSG:2154', '1.3.0', '647500 6851600 649200 6849300'), ('EPSG:3857', '1.3.0', '254500 6234700 256900 6231100'),
                              ('EPSG:4326', '1.3.0', '2.285 48.765 2.31 48.74'), ('CRS:84', '1.3.0', '2.285 48.765 2.31 48.74')]:
        with section('WMS map in %s' % crs):
            west, north, east, south = box.split()
            order = 'yxYX' if crs == 'EPSG:4326' else 'xyXY'
            user = '<UserPwd>%s:%s</UserPwd>' % (LOGIN, KEY) if LOGIN else ''
            xml = ('<GDAL_WMS><Service name="WMS"><Version>%s</Version><ServerUrl>%s/wms?</ServerUrl><CRS>%s</CRS><BBoxOrder>%s</BBoxOrder>'
                   '<ImageFormat>image/png</ImageFormat><Transparent>TRUE</Transparent><Layers>antony:arbres</Layers><Styles></Styles></Service>'
                   '<DataWindow><UpperLeftX>%s</UpperLeftX><UpperLeftY>%s</UpperLeftY><LowerRightX>%s</LowerRightX><LowerRightY>%s</LowerRightY>'
                   '<SizeX>256</SizeX><SizeY>256</SizeY></DataWindow><Projection>%s</Projection><BandsCount>4</BandsCount><BlockSizeX>256</BlockSizeX>'
                   '<BlockSizeY>256</BlockSizeY>%s</GDAL_WMS>') % (version, ROOT, crs, order, west, north, east, south,
                                                                 'EPSG:4326' if crs == 'CRS:84' else crs, user)
            drawn = gdal.Open(xml)
            quarters = [sum(1 for value in drawn.GetRasterBand(4).ReadRaster(x, y, 128, 128) if value > 0) for x in (0, 128) for y in (0, 128)]
            check('WMS map in %s: something in each quarter' % crs, min(quarters) > 10, quarters)


def records():
    with section('CSW'):
        catalogue = gdal.OpenEx('CSW:%s/csw' % ROOT, gdal.OF_VECTOR)
        layer = catalogue.GetLayer(0)
        equal('CSW: the count', layer.GetFeatureCount(), len(RECORDS))
        found = {f.GetField('identifier'): f for f in layer}
        equal('CSW: the records', sorted(found), sorted(RECORDS))
        trees = found['fr-92-mig-arb']
        equal('CSW: an abstract', trees.GetField('abstract'), 'Arbres d’alignement d’Antony (données inventées pour les essais).')
        west, east, south, north = trees.geometry().GetEnvelope()
        check('CSW: a box, axes right', in_degrees(west, south) and in_degrees(east, north), (west, east, south, north))
        layer.SetAttributeFilter("abstract LIKE '%pour les clients%'")
        equal('CSW: a filter', sorted(f.GetField('identifier') for f in layer), ['fr-92-mig-mob', 'fr-92-mig-pis'])
        layer.SetAttributeFilter("type = 'dataset' AND identifier = 'fr-92-mig-arb'")
        equal('CSW: two conditions', [f.GetField('identifier') for f in layer], ['fr-92-mig-arb'])
        layer.SetAttributeFilter("anytext LIKE '%incendie%'")
        equal('CSW: any text', [f.GetField('identifier') for f in layer], ['fr-92-mig-eau'] if INSIDER else [])
        for name, where, wanted in [
                ('in', "identifier IN ('fr-92-mig-arb', 'fr-92-mig-pis', 'rien')", ['fr-92-mig-arb', 'fr-92-mig-pis']),
                ('or', "abstract LIKE 'Pistes%' OR abstract LIKE 'Mobilier%'", ['fr-92-mig-mob', 'fr-92-mig-pis']),
                ('not', "abstract LIKE '%Antony%' AND NOT (abstract LIKE 'Pistes%')", ['fr-92-mig-arb', 'fr-92-mig-mob']),
                ('ilike', "abstract ILIKE 'PISTES%'", ['fr-92-mig-pis']),
                ('absence', "abstract LIKE 'Pistes%' AND source IS NOT NULL", ['fr-92-mig-pis']),
                ('a date', "abstract LIKE 'Pistes%' AND modified > '2020-01-01'", ['fr-92-mig-pis']),
                ('a date to come', "modified > '2090-01-01'", []),
                ('a word', "anytext = 'mobiliers'", ['fr-92-mig-mob']),
                ('an apostrophe', "anytext LIKE '%d''alignement%'", ['fr-92-mig-arb']),
                ('a keyword', "subject = 'végétation' AND abstract LIKE 'Pistes%'", ['fr-92-mig-pis'])]:
            layer.SetAttributeFilter(where)
            equal('CSW: where, %s' % name, sorted(f.GetField('identifier') for f in layer), wanted)
        layer.SetAttributeFilter("abstract LIKE '%Antony%'")
        equal('CSW: count of a filter', layer.GetFeatureCount(), 3)
        layer.SetSpatialFilterRect(2.285, 48.74, 2.31, 48.765)
        check('CSW: where and a box', 'fr-92-mig-arb' in [f.GetField('identifier') for f in layer], where)
        layer.SetSpatialFilterRect(5, 43, 6, 44)
        equal('CSW: where and a box elsewhere', [f.GetField('identifier') for f in layer], [])
        layer.SetAttributeFilter(None)
        layer.SetSpatialFilterRect(2.18, 48.885, 2.2, 48.905)
        near = sorted(f.GetField('identifier') for f in layer)
        check('CSW: a box', 'fr-92-mig-ecl' in near and 'fr-92-mig-arb' not in near, near)
        layer.SetSpatialFilter(None)

    with section('CSW pages'):
        paged = gdal.OpenEx('CSW:%s/csw' % ROOT, gdal.OF_VECTOR, open_options=['MAX_RECORDS=3'])
        equal('CSW: pages of three', sorted(f.GetField('identifier') for f in paged.GetLayer(0)), sorted(RECORDS))

    with section('CSW by the console'):
        answer = gdal.VectorInfo(gdal.OpenEx('CSW:%s/csw' % ROOT, gdal.OF_VECTOR), format='text') if hasattr(gdal, 'VectorInfo') else None
        check('CSW: ogrinfo', answer is None or 'Feature Count: %d' % len(RECORDS) in answer, (answer or '')[:300])
        source = gdal.OpenEx('CSW:%s/csw' % ROOT, gdal.OF_VECTOR)
        chosen = source.ExecuteSQL("SELECT identifier, abstract FROM records WHERE abstract LIKE '%Antony%' ORDER BY abstract")
        equal('CSW: a query in order', [f.GetField('identifier') for f in chosen], ['fr-92-mig-arb', 'fr-92-mig-mob', 'fr-92-mig-pis'])
        source.ReleaseResultSet(chosen)
        with tempfile.TemporaryDirectory() as folder:
            gdal.VectorTranslate(folder + '/records.json', source, format='GeoJSON', layers=['records'])
            with open(folder + '/records.json', encoding='utf-8') as file:
                kept = json.load(file)
        equal('CSW: conversion', sorted(f['properties']['identifier'] for f in kept['features']), sorted(RECORDS))
        named = gdal.OpenEx('CSW:%s/csw' % ROOT, gdal.OF_VECTOR, open_options=['ELEMENTSETNAME=brief', 'FULL_EXTENT_RECORDS_AS_NON_SPATIAL=YES'])
        equal('CSW: brief records', sorted(f.GetField('identifier') for f in named.GetLayer(0)), sorted(RECORDS))

    with section('CSW documents'):
        whole = gdal.OpenEx('CSW:%s/csw' % ROOT, gdal.OF_VECTOR, open_options=['OUTPUT_SCHEMA=http://www.isotc211.org/2005/gmd', 'ELEMENTSETNAME=full'])
        documents = [f.GetField('raw_xml') for f in whole.GetLayer(0)]
        equal('CSW: documents in ISO 19139', [text.count('<gmd:MD_Metadata') for text in documents], [1] * len(RECORDS))


if TASK['wrong']:
    words = ['401', 'uthentication', 'credentials', 'not a valid']
    refused('WFS: a wrong key fails', wfs, words)
    refused('WMS: a wrong key fails', lambda: gdal.Open('WMS:%s/wms?' % ROOT), words)
    refused('CSW: a wrong key fails', lambda: gdal.OpenEx('CSW:%s/csw' % ROOT, gdal.OF_VECTOR), words)
else:
    features()
    maps()
    records()
