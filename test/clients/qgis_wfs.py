"""The WFS provider of QGIS: the browser's list, fields, counts, features, boxes, filters, order, axes, pages."""
from qgis.PyQt.QtCore import QVariant
from qgis.core import (QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsDataSourceUri, QgsExpression, QgsFeatureRequest, QgsProject,
                       QgsRectangle, QgsVectorLayer)

from checks import (FURNITURE, INSIDER, KEY, LANES, LOGIN, ROOT, TASK, TYPES, check, equal, in_degrees, in_lambert, section)
from headless_qgis import connection, layer_items, start

application, messages = start()


def layer(name, version='auto', srs=None, **more):
    uri = QgsDataSourceUri()
    uri.setParam('url', ROOT + '/wfs')
    uri.setParam('typename', name)
    uri.setParam('version', version)
    uri.setParam('pagingEnabled', 'true')
    if srs:
        uri.setParam('srsname', srs)
    for key, value in more.items():
        uri.setSql(value) if key == 'sql' else uri.setParam(key, value)
    if LOGIN:
        uri.setUsername(LOGIN)
        uri.setPassword(KEY)
    return QgsVectorLayer(uri.uri(False), name, 'WFS')


def values(found, field):
    return sorted(feature[field] for feature in found)


def run(version):
    def named(text):
        return '%s (version %s)' % (text, version)

    with section(named('fields')):
        points = layer('antony:mobilier', version)
        check(named('the layer is valid'), points.isValid(), messages[-3:])
        equal(named('fields with their types'), [(field.name(), QVariant.typeToName(field.type())) for field in points.fields()], [
            ('numero', 'int'), ('nature', 'QString'), ('hauteur', 'double'), ('eclaire', 'QString'),
            ('pose_le', 'QString'), ('releve', 'QDateTime'), ('remarque', 'QString')])
        equal(named('the CRS is that of the data'), points.crs().authid(), 'EPSG:2154')
        equal(named('the kind of geometry'), points.wkbType(), 1)

    with section(named('all features')):
        points = layer('antony:mobilier', version)
        if version != '1.0.0':
            equal(named('featureCount'), points.featureCount(), FURNITURE)
        found = list(points.getFeatures())
        # in 1.0 there is no counting without fetching
        equal(named('featureCount when all are there'), points.featureCount(), FURNITURE)
        equal(named('all features over the pages'), len(found), FURNITURE)
        equal(named('each once'), values(found, 'numero'), list(range(1, FURNITURE + 1)))
        check(named('coordinates east, north'), all(in_lambert(f.geometry().asPoint().x(), f.geometry().asPoint().y()) for f in found))
        first = next(f for f in found if f['numero'] == 1)
        equal(named('values of a feature'), [first['nature'], first['hauteur'], first['eclaire'], first['pose_le'],
                                             first['releve'].toUTC().toString('yyyy-MM-ddTHH:mm:ss')],
              ['Banc', 0.25, 'true', '2020-01-01', '2024-01-01T08:30:00'])
        second = next(f for f in found if f['numero'] == 2)
        equal(named('text with markup'), second['remarque'], 'n° 2 & <suite>')
        check(named('no value is NULL'), first['remarque'] == QVariant() or first['remarque'].isNull(), first['remarque'])

    with section(named('pages')):
        sizes = layer('antony:mobilier', version, pageSize='700')
        equal(named('four pages of 700, each feature once'), values(sizes.getFeatures(), 'numero'), list(range(1, FURNITURE + 1)))
        few = layer('antony:mobilier', version, maxNumFeatures='30')
        equal(named('a limit of features'), len(list(few.getFeatures())), 30)
        whole = layer('antony:mobilier', version, pagingEnabled='false')
        equal(named('without pages'), values(whole.getFeatures(), 'numero'), list(range(1, FURNITURE + 1)))

    with section(named('box')):
        first = layer('antony:mobilier', version, restrictToRequestBBOX='1')
        # the first columns of the first rows: 0.0005 degrees are about 37 m by 56 m
        box = QgsRectangle(641170, 6850270, 641240, 6850360)
        inside = list(first.getFeatures(QgsFeatureRequest(box)))
        check(named('some features in a box'), 0 < len(inside) <= 6, len(inside))
        check(named('and none outside'), all(box.contains(f.geometry().asPoint()) for f in inside))
        east = layer('antony:pistes', version, restrictToRequestBBOX='1')
        some = list(east.getFeatures(QgsFeatureRequest(QgsRectangle(2.155, 48.795, 2.1655, 48.8035))))
        equal(named('a box on a CRS that puts the north first'), values(some, 'code'), ['P001', 'P002'])
        both = layer('antony:mobilier', version, restrictToRequestBBOX='1')
        check(named('a filter beside a box is taken'), both.setSubsetString('"numero" < 3'), messages[-2:])
        equal(named('a filter beside a box'), values(both.getFeatures(QgsFeatureRequest(box)), 'numero'), [1, 2])
        both = layer('antony:pistes', version, restrictToRequestBBOX='1')
        both.setSubsetString('"largeur" = 2')
        equal(named('a filter beside a box on a CRS that puts the north first'),
              values(both.getFeatures(QgsFeatureRequest(QgsRectangle(2.155, 48.795, 2.1655, 48.8035))), 'code'), ['P002'])

    for text, wanted in [
            ('"nature" = \'Borne « fontaine »\'', FURNITURE // 5),
            ('"nature" = \'Abri d\'\'autobus\'', FURNITURE // 5),
            ('"nature" LIKE \'B%\'', 2 * FURNITURE // 5),
            ('"nature" LIKE \'_anc\'', FURNITURE // 5),
            ('"numero" > 2490', FURNITURE - 2490),
            ('"numero" <= 20 AND "hauteur" >= 1.5', 10),
            ('"numero" = 3 OR "numero" = 5', 2),
            ('NOT ("numero" > 4)', 4),
            ('"numero" IN (7, 8, 9)', 3),
            ('"numero" >= 11 AND "numero" <= 15', 5),
            ('"remarque" IS NULL', FURNITURE // 4),
            ('"pose_le" IS NOT NULL AND "numero" < 21', 18),
            ('"eclaire" = \'true\' AND "numero" < 10', 3),
            ('"pose_le" = \'2020-01-20\' AND "numero" < 300', 0),
            ('"pose_le" = \'2020-01-21\' AND "numero" < 300', 1),
            ('"pose_le" < \'2020-01-04\' AND "numero" < 300', 3),
            ("intersects($geometry, geomFromWKT('POLYGON((641170 6850270, 641240 6850270, 641240 6850360, 641170 6850360, 641170 6850270))'))", 4)]:
        with section(named('filter %s' % text)):
            chosen = layer('antony:mobilier', version)
            check(named('filter %s is taken' % text), chosen.setSubsetString(text), messages[-2:])
            found = list(chosen.getFeatures())
            equal(named('filter %s' % text), len(found), wanted)

    with section(named('expression')):
        points = layer('antony:mobilier', version)
        request = QgsFeatureRequest(QgsExpression('"numero" > 100 and "numero" < 104'))
        equal(named('an expression of a request'), values(points.getFeatures(request), 'numero'), [101, 102, 103])

    with section(named('order')):
        ordered = layer('antony:mobilier', version, sql='SELECT * FROM mobilier WHERE numero < 50 ORDER BY hauteur DESC, numero DESC')
        check(named('an order is taken'), ordered.isValid(), messages[-2:])
        seen = [(f['hauteur'], f['numero']) for f in ordered.getFeatures()]
        equal(named('order by two fields, downwards'), seen, sorted(seen, reverse=True))
        equal(named('all of them'), len(seen), 49)

    with section(named('axes')):
        for srs, right in [('EPSG:2154', in_lambert), ('EPSG:4326', in_degrees)]:
            for name in ['antony:mobilier', 'antony:pistes']:
                turned = layer(name, version, srs)
                equal(named('%s in %s: its CRS' % (name, srs)), turned.crs().authid(), srs)
                found = list(turned.getFeatures())
                equal(named('%s in %s: all' % (name, srs)), len(found), FURNITURE if name == 'antony:mobilier' else LANES)
                centres = [f.geometry().centroid().asPoint() for f in found]
                check(named('%s in %s: the axes are not swapped' % (name, srs)), all(right(p.x(), p.y()) for p in centres), centres[:1])
                extent = turned.extent()
                check(named('%s in %s: the extent too' % (name, srs)), right(extent.center().x(), extent.center().y()), extent.toString())

    with section(named('eight reference systems')):
        degrees = QgsCoordinateReferenceSystem('EPSG:4326')
        for srs in ['EPSG:2154', 'EPSG:3949', 'EPSG:9794', 'EPSG:3857', 'EPSG:3035', 'EPSG:4326', 'EPSG:4258', 'EPSG:4171']:
            there = QgsCoordinateTransform(degrees, QgsCoordinateReferenceSystem(srs), QgsProject.instance())
            back = QgsCoordinateTransform(QgsCoordinateReferenceSystem(srs), degrees, QgsProject.instance())
            for name, box, wanted in [('antony:mobilier', QgsRectangle(2.1998, 48.7498, 2.2008, 48.7508), [1, 2, 51, 52]),
                                      ('antony:pistes', QgsRectangle(2.155, 48.795, 2.1655, 48.8035), ['P001', 'P002'])]:
                turned = layer(name, version, srs, restrictToRequestBBOX='1')
                found = list(turned.getFeatures(QgsFeatureRequest(there.transformBoundingBox(box))))
                equal(named('%s in %s: a box' % (name, srs)), values(found, 'numero' if name == 'antony:mobilier' else 'code'), wanted)
                centres = [back.transform(f.geometry().centroid().asPoint()) for f in found]
                check(named('%s in %s: the axes' % (name, srs)), centres and all(in_degrees(p.x(), p.y()) for p in centres), centres[:1])

    if INSIDER:
        with section(named('partner data')):
            lights = layer('nanterre:eclairage', version)
            equal(named('ECL of Nanterre'), len(list(lights.getFeatures())), 9)
            check(named('with its sensitive attribute'), lights.fields().indexOf('contact_riverain') >= 0)
            works = layer('issy:chantiers', version)
            equal(named('CHA of Issy: nothing of it lies in Nanterre (R43)'), (works.isValid(), len(list(works.getFeatures()))), (True, 0))
    else:
        with section(named('partner data')):
            denied = layer('nanterre:eclairage', version)
            equal(named('ECL of Nanterre is not there'), denied.isValid(), False)


if TASK['wrong']:
    item = connection('wfs')
    equal('the browser lists nothing', [child.name() for child in layer_items(item)], [])
    denied = layer('antony:arbres')
    equal('not even an open layer', denied.isValid(), False)
    check('and QGIS says why', any('uthentication' in text or '401' in text for text in messages), messages)
else:
    with section('browser'):
        listed = [QgsDataSourceUri(item.uri()).param('typename') for item in layer_items(connection('wfs'))]
        equal('the browser lists the types', sorted(listed), sorted(TYPES))
    for asked in TASK['versions']:
        run(asked)

application.exitQgis()
