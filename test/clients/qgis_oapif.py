"""The OGC API - Features provider of QGIS: the browser's list, fields, counts, features, pages, boxes, filters."""
from qgis.PyQt.QtCore import QVariant
from qgis.core import QgsApplication, QgsDataSourceUri, QgsFeatureRequest, QgsRectangle, QgsSettings, QgsVectorLayer

from checks import FURNITURE, INSIDER, KEY, LANES, LOGIN, ROOT, TASK, TYPES, check, equal, in_degrees, section
from headless_qgis import layer_items, start

application, messages = start()
COLLECTIONS = sorted(name.split(':')[1] for name in TYPES)


def layer(name, **more):
    uri = QgsDataSourceUri()
    uri.setParam('url', ROOT + '/ogc')
    uri.setParam('typename', name)
    uri.setParam('restrictToRequestBBOX', '1')
    for key, value in more.items():
        uri.setParam(key, value)
    if LOGIN:
        uri.setUsername(LOGIN)
        uri.setPassword(KEY)
    return QgsVectorLayer(uri.uri(False), name, 'OAPIF')


def browser():
    settings = QgsSettings()
    settings.setValue('qgis/connections-wfs/essai/url', ROOT + '/ogc')
    settings.setValue('qgis/connections-wfs/essai/version', 'OGC_API_FEATURES')
    if LOGIN:
        settings.setValue('qgis/WFS/essai/username', LOGIN)
        settings.setValue('qgis/WFS/essai/password', KEY)
    for provider in QgsApplication.dataItemProviderRegistry().providers():
        if provider.name().lower() == 'wfs':
            return layer_items(provider.createDataItem('wfs:/essai', None))
    return []


def values(found, field):
    return sorted(feature[field] for feature in found)


def run():
    with section('fields'):
        points = layer('mobilier')
        check('the layer is valid', points.isValid(), messages[-3:])
        equal('fields with their types', [(field.name(), QVariant.typeToName(field.type())) for field in points.fields()], [
            ('id', 'QString'), ('numero', 'int'), ('nature', 'QString'), ('hauteur', 'double'), ('eclaire', 'bool'),
            ('pose_le', 'QDate'), ('releve', 'QDateTime'), ('remarque', 'QString')])
        equal('the CRS', points.crs().authid(), 'EPSG:4326')
        equal('the kind of geometry', points.wkbType(), 1)
        equal('the kind of the lines', layer('pistes').wkbType(), 2)
        extent = points.extent()
        check('the extent', in_degrees(extent.xMinimum(), extent.yMinimum()) and in_degrees(extent.xMaximum(), extent.yMaximum()), extent.toString())

    with section('all features'):
        points = layer('mobilier')
        equal('featureCount', points.featureCount(), FURNITURE)
        found = list(points.getFeatures())
        equal('all features over the pages, each once', values(found, 'numero'), list(range(1, FURNITURE + 1)))
        check('coordinates lon, lat', all(in_degrees(f.geometry().asPoint().x(), f.geometry().asPoint().y()) for f in found))
        first = next(f for f in found if f['numero'] == 1)
        equal('values of a feature', [first['id'], first['nature'], first['hauteur'], first['eclaire'], first['pose_le'].toString('yyyy-MM-dd'),
                                      first['releve'].toUTC().toString('yyyy-MM-ddTHH:mm:ss')],
              ['mobilier.1', 'Banc', 0.25, True, '2020-01-01', '2024-01-01T08:30:00'])
        equal('text with markup', next(f for f in found if f['numero'] == 2)['remarque'], 'n° 2 & <suite>')
        check('no value is NULL', first['remarque'] == QVariant() or first['remarque'].isNull(), first['remarque'])
        equal('the second reading', len(list(points.getFeatures())), FURNITURE)

    with section('lines'):
        lanes = layer('pistes')
        equal('all lines', len(list(lanes.getFeatures())), LANES)
        check('coordinates of the lines', all(in_degrees(v.x(), v.y()) for f in lanes.getFeatures() for v in f.geometry().vertices()))

    with section('pages'):
        sizes = layer('mobilier', pageSize='700')
        equal('four pages of 700, each feature once', values(sizes.getFeatures(), 'numero'), list(range(1, FURNITURE + 1)))
        few = layer('mobilier', maxNumFeatures='30')
        equal('a limit of features', len(list(few.getFeatures())), 30)

    with section('box'):
        box = QgsRectangle(2.1999, 48.7499, 2.2009, 48.7509)
        inside = list(layer('mobilier').getFeatures(QgsFeatureRequest(box)))
        equal('the features in a box', values(inside, 'numero'), [1, 2, 51, 52])
        some = list(layer('pistes').getFeatures(QgsFeatureRequest(QgsRectangle(2.155, 48.795, 2.1655, 48.8035))))
        equal('the lines in a box', values(some, 'code'), ['P001', 'P002'])

    for text, wanted in [
            ('"nature" = \'Borne « fontaine »\'', FURNITURE // 5),
            ('"nature" LIKE \'B%\'', 2 * FURNITURE // 5),
            ('"numero" > 2490', FURNITURE - 2490),
            ('"numero" <= 20 AND "hauteur" >= 1.5', 10),
            ('"numero" = 3 OR "numero" = 5', 2),
            ('"numero" IN (7, 8, 9)', 3),
            ('"remarque" IS NULL', FURNITURE // 4),
            ('"eclaire" AND "numero" < 10', 3),
            ('"pose_le" = \'2020-01-21\'', len([i for i in range(FURNITURE) if i % 365 == 20 and i % 10 != 9])),
            ('"pose_le" <= \'2020-01-03\'', len([i for i in range(FURNITURE) if i % 365 < 3 and i % 10 != 9])),
            ('"pose_le" >= \'2020-12-20\'', len([i for i in range(FURNITURE) if i % 365 >= 354 and i % 10 != 9])),
            ('"pose_le" >= \'2020-02-01\' AND "pose_le" <= \'2020-02-10\'',
             len([i for i in range(FURNITURE) if 31 <= i % 365 <= 40 and i % 10 != 9])),
            ('"releve" >= \'2024-01-20T00:00:00Z\'', len([i for i in range(FURNITURE) if i % 28 >= 19]))]:
        with section('filter %s' % text):
            chosen = layer('mobilier')
            check('filter %s is taken' % text, chosen.setSubsetString(text), messages[-2:])
            equal('filter %s' % text, len(list(chosen.getFeatures())), wanted)

    with section('partner data'):
        lights = layer('eclairage')
        if INSIDER:
            equal('ECL of Nanterre', len(list(lights.getFeatures())), 9)
            check('with its sensitive attribute', lights.fields().indexOf('contact_riverain') >= 0)
        else:
            equal('ECL of Nanterre is not there', lights.isValid(), False)


if TASK['wrong']:
    equal('the browser lists nothing', [item.name() for item in browser()], [])
    equal('not even an open layer', layer('mobilier').isValid(), False)
    check('and QGIS says why', any('uthentication' in text or '401' in text for text in messages), messages)
else:
    with section('browser'):
        listed = [QgsDataSourceUri(item.uri()).param('typename') for item in browser()]
        equal('the browser lists the collections', sorted(listed), COLLECTIONS)
    run()

application.exitQgis()
