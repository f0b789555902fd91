"""OWSLib: WFS 2.0, WMS 1.3.0 and CSW 2.0.2 as scripts and catalogues use them."""
import json
import re
import warnings

warnings.simplefilter('ignore')

from owslib.csw import CatalogueServiceWeb
from owslib.etree import etree
from owslib.fes import (And, BBox, Not, Or, PropertyIsBetween, PropertyIsEqualTo, PropertyIsGreaterThan, PropertyIsLessThan, PropertyIsLike,
                        PropertyIsNotEqualTo, PropertyIsNull, SortBy, SortProperty)
from owslib.fes2 import PropertyIsEqualTo as Equal2
from owslib.util import Authentication, openURL
from owslib.wfs import WebFeatureService
from owslib.wms import WebMapService

from checks import (FURNITURE, INSIDER, KEY, LAYERS, LOGIN, RECORDS, ROOT, TASK, TYPES, WAY, check, equal, in_degrees, in_lambert, refused,
                    section)

who = {'username': LOGIN, 'password': KEY} if LOGIN else {'headers': {'X-API-Key': KEY}} if WAY == 'header' else {}
GMD = 'http://www.isotc211.org/2005/gmd'


def text_of(answer):
    data = answer.read()
    return data.decode('utf-8') if isinstance(data, bytes) else data


def features():
    service = WebFeatureService(ROOT + '/wfs', version='2.0.0', **who)

    def collection(**asked):
        return json.loads(text_of(service.getfeature(outputFormat='application/json', **asked)))['features']

    def numbers(**asked):
        return sorted(feature['properties']['numero'] for feature in collection(typename=['antony:mobilier'], **asked))

    with section('WFS capabilities'):
        equal('WFS: the types', sorted(service.contents), sorted(TYPES))
        about = service.contents['antony:mobilier']
        equal('WFS: the default CRS', about.crsOptions[0].getcodeurn(), 'urn:ogc:def:crs:EPSG::2154')
        west, south, east, north = about.boundingBoxWGS84
        check('WFS: the box in degrees', in_degrees(west, south) and in_degrees(east, north), about.boundingBoxWGS84)
        check('WFS: a link to the record', any('fr-92-mig-mob' in link['url'] for link in about.metadataUrls), about.metadataUrls)
        formats = service.getOperationByName('GetFeature').parameters['outputFormat']['values']
        check('WFS: output formats', {'application/json', 'application/gml+xml; version=3.2', 'text/csv'} <= set(formats), formats)
        equal('WFS: provider', service.provider.name, 'Département des Hauts-de-Seine')

    with section('WFS schema'):
        schema = service.get_schema('antony:mobilier')
        equal('WFS: the schema', schema['properties'], {
            'numero': 'int', 'nature': 'string', 'hauteur': 'double', 'eclaire': 'boolean', 'pose_le': 'date', 'releve': 'dateTime',
            'remarque': 'string'})
        equal('WFS: the geometry', (schema['geometry'], schema['geometry_column']), ('Point', 'geom'))

    with section('WFS features'):
        equal('WFS: all features', numbers(), list(range(1, FURNITURE + 1)))
        some = collection(typename=['antony:mobilier'], maxfeatures=5)
        check('WFS: coordinates east, north', all(in_lambert(*f['geometry']['coordinates']) for f in some))
        degrees = collection(typename=['antony:pistes'], maxfeatures=5)
        check('WFS: GeoJSON in degrees is longitude, latitude', all(in_degrees(*f['geometry']['coordinates'][0]) for f in degrees))
        gml = text_of(service.getfeature(typename=['antony:pistes'], maxfeatures=1))
        north, east = [float(part) for part in re.search(r'<gml:posList>(\S+) (\S+) ', gml).groups()]
        check('WFS: GML by the URN is latitude, longitude', in_degrees(east, north), (north, east))
        chosen = collection(typename=['antony:mobilier'], maxfeatures=1, propertyname=['numero', 'nature'])
        equal('WFS: chosen properties', sorted(chosen[0]['properties']), ['nature', 'numero'])

    with section('WFS pages'):
        seen = []
        for start in range(0, FURNITURE, 700):
            seen += [f['id'] for f in collection(typename=['antony:mobilier'], startindex=start, maxfeatures=700)]
        equal('WFS: page by page each once', (len(seen), len(set(seen))), (FURNITURE, FURNITURE))
        equal('WFS: the same in another request', [f['id'] for f in collection(typename=['antony:mobilier'], startindex=700, maxfeatures=3)],
              seen[700:703])

    with section('WFS box'):
        box = numbers(bbox=(641170, 6850270, 641240, 6850360))
        check('WFS: a box in the CRS of the data', 0 < len(box) <= 6 and 1 in box, box)
        same = numbers(bbox=(641170, 6850270, 641240, 6850360, 'urn:ogc:def:crs:EPSG::2154'))
        equal('WFS: the same with its CRS', same, box)
        turned = numbers(bbox=(2.1995, 48.7495, 2.2006, 48.7506, 'urn:ogc:def:crs:EPSG::4326'))
        equal('WFS: a box in degrees by the URN', turned, [1, 2, 51, 52])
        lanes = collection(typename=['antony:pistes'], bbox=(2.155, 48.795, 2.1655, 48.8035, 'urn:ogc:def:crs:EPSG::4326'))
        equal('WFS: a box on the lines', sorted(f['properties']['code'] for f in lanes), ['P001', 'P002'])

    with section('WFS filter'):
        wanted = etree.tostring(Equal2('nature', 'Borne « fontaine »').toXML()).decode()
        posted = json.loads(text_of(service.getfeature(typename=['antony:mobilier'], method='Post', outputFormat='application/json', filter=(
            '<Query><fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0">%s</fes:Filter></Query>' % wanted))))
        equal('WFS: a filter by POST', len(posted['features']), FURNITURE // 5)
        by_id = collection(featureid=['mobilier.5', 'mobilier.9'])
        equal('WFS: by id', sorted(f['id'] for f in by_id), ['mobilier.5', 'mobilier.9'])

    with section('WFS stored query'):
        names = [query.id for query in service.storedqueries]
        check('WFS: GetFeatureById is listed', 'urn:ogc:def:query:OGC-WFS::GetFeatureById' in names, names)
        one = text_of(service.getfeature(storedQueryID='urn:ogc:def:query:OGC-WFS::GetFeatureById', storedQueryParams={'ID': 'mobilier.42'}))
        check('WFS: GetFeatureById', 'gml:id="mobilier.42"' in one and '<wfs:FeatureCollection' not in one, one[:200])

    with section('WFS partner data'):
        asked = {'typename': ['nanterre:eclairage']}
        if INSIDER:
            equal('WFS: ECL of Nanterre', len(collection(**asked)), 9)
        else:
            refused('WFS: ECL of Nanterre is refused', lambda: collection(**asked), ['401', '403', 'uthentication', 'No grant', 'delegation'])


def maps():
    service = WebMapService(ROOT + '/wms', version='1.3.0', **who)

    def drawn(answer):
        """Whether a PNG shows something: it is larger than an empty one of that size."""
        data = answer.read()
        return data[:4] == b'\x89PNG', len(data)

    with section('WMS capabilities'):
        equal('WMS: the layers', sorted(service.contents), sorted(LAYERS))
        trees = service.contents['antony:arbres']
        west, south, east, north = trees.boundingBoxWGS84
        check('WMS: the box in degrees', in_degrees(west, south) and in_degrees(east, north), trees.boundingBoxWGS84)
        check('WMS: CRSs', {'EPSG:2154', 'EPSG:3857', 'EPSG:4326'} <= set(trees.crsOptions), trees.crsOptions)
        check('WMS: the record', any('fr-92-mig-arb' in link['url'] for link in trees.metadataUrls), trees.metadataUrls)
        check('WMS: image and information formats', {'image/png', 'image/jpeg'} <= set(service.getOperationByName('GetMap').formatOptions))
        check('WMS: attribution', 'Mutualisation' in trees.attribution['title'], trees.attribution)

    with section('WMS maps'):
        size = {'size': (256, 256), 'format': 'image/png', 'transparent': True, 'layers': ['antony:arbres'], 'styles': ['']}
        _, empty = drawn(service.getmap(srs='EPSG:2154', bbox=(600000, 6900000, 601000, 6901000), **size))
        for srs, box in [('EPSG:2154', (647500, 6849300, 649200, 6851600)), ('EPSG:3857', (254500, 6231100, 256900, 6234700)),
                         ('EPSG:4326', (2.285, 48.74, 2.31, 48.765)), ('CRS:84', (2.285, 48.74, 2.31, 48.765))]:
            png, length = drawn(service.getmap(srs=srs, bbox=box, **size))
            check('WMS: a map in %s' % srs, png and length > empty + 100, (png, length, empty))

    with section('WMS feature info'):
        asked = {'layers': ['antony:arbres'], 'query_layers': ['antony:arbres'], 'srs': 'EPSG:4326', 'bbox': (2.285, 48.74, 2.31, 48.765),
                 'size': (400, 400), 'xy': (160, 240), 'feature_count': 5}
        for form in ['text/plain', 'text/html', 'application/json', 'application/geo+json', 'application/vnd.ogc.gml',
                     'application/gml+xml; version=3.2']:
            text = text_of(service.getfeatureinfo(info_format=form, **asked))
            check('WMS: feature info as %s' % form, 'ARB-06' in text and 'ARB-07' not in text, text[:300])
        parsed = json.loads(text_of(service.getfeatureinfo(info_format='application/json', **asked)))
        check('WMS: JSON with longitude, latitude', in_degrees(*parsed['features'][0]['geometry']['coordinates']), parsed['features'][0]['geometry'])

    with section('WMS legend'):
        address = trees.styles['default']['legend']
        legend = openURL(address, auth=Authentication(LOGIN, KEY) if LOGIN else None, headers=who.get('headers')).read()
        check('WMS: the legend at its address', legend[:4] == b'\x89PNG', legend[:60])
        width = int.from_bytes(legend[16:20], 'big')
        equal('WMS: of the size that was told', str(width), str(trees.styles['default'].get('legend_width', width)))

    with section('WMS refusals'):
        def denied():
            return service.getmap(layers=['nanterre:eclairage'], styles=[''], srs='EPSG:2154', bbox=(637000, 6865000, 643000, 6870000),
                                  size=(64, 64), format='image/png').read()[:200]
        if INSIDER:
            check('WMS: ECL of Nanterre', denied()[:4] == b'\x89PNG')
            refused('WMS: a layer that may only be viewed is not queried (R44)', lambda: text_of(service.getfeatureinfo(
                layers=['drieat:ortho'], query_layers=['drieat:ortho'], srs='EPSG:4326', bbox=(2.26, 48.85, 2.264, 48.854), size=(256, 256),
                xy=(128, 128), info_format='text/plain')), ['map display only'])
        else:
            refused('WMS: ECL of Nanterre is refused', denied, ['AuthenticationRequired', 'AccessDenied', 'delegation'])
        refused('WMS: an unknown style is told in words', lambda: service.getmap(
            layers=['antony:arbres'], styles=['inconnu'], srs='EPSG:2154', bbox=(647500, 6849300, 649200, 6851600), size=(64, 64),
            format='image/png').read()[:200], ['inconnu'])


def records():
    service = CatalogueServiceWeb(ROOT + '/csw', **who)

    def found(**asked):
        service.getrecords2(maxrecords=50, **asked)
        return sorted(service.records)

    def codes(*names):
        return sorted('fr-92-mig-' + name for name in names)

    with section('CSW capabilities'):
        names = [operation.name for operation in service.operations]
        check('CSW: operations', {'GetCapabilities', 'DescribeRecord', 'GetRecords', 'GetRecordById', 'GetDomain'} <= set(names), names)
        equal('CSW: version and type', (service.version, service.identification.type), ('2.0.2', 'CSW'))
        languages = service.get_operation_by_name('GetRecords').parameters['CONSTRAINTLANGUAGE']['values']
        equal('CSW: constraint languages', languages, ['FILTER', 'CQL_TEXT'])
        queryables = service.get_operation_by_name('GetRecords').constraints
        named = {one.name: one.values for one in queryables}
        check('CSW: queryables', {'Title', 'AnyText', 'Denominator', 'TemporalExtent'} <= set(named['SupportedISOQueryables']), named)
        equal('CSW: provider', service.provider.name, 'Département des Hauts-de-Seine')

    with section('CSW search'):
        equal('CSW: everything', found(), sorted(RECORDS))
        equal('CSW: the number', service.results['matches'], len(RECORDS))
        title = PropertyIsLike('dc:title', '%Antony%')
        equal('CSW: like', found(constraints=[title]), codes('arb', 'mob', 'pis'))
        words = PropertyIsLike('csw:AnyText', '%clients%')
        equal('CSW: and', found(constraints=[[title, words]]), codes('mob', 'pis'))
        equal('CSW: and, nested', found(constraints=[And([title, Not([words])])]), codes('arb'))
        equal('CSW: or', found(constraints=[Or([PropertyIsEqualTo('dc:identifier', 'fr-92-mig-arb'),
                                              PropertyIsEqualTo('dc:title', 'Pistes d’Antony')])]), codes('arb', 'pis'))
        equal('CSW: not', found(constraints=[Not([title])]), sorted(set(RECORDS) - set(codes('arb', 'mob', 'pis'))))
        box = BBox([48.74, 2.285, 48.765, 2.31], crs='urn:ogc:def:crs:EPSG::4326')
        near = found(constraints=[box])
        check('CSW: box', 'fr-92-mig-arb' in near and 'fr-92-mig-ecl' not in near, near)
        equal('CSW: box and like', found(constraints=[[box, PropertyIsLike('dc:title', '%arbres%', matchCase=False)]]), codes('arb'))
        equal('CSW: later than', found(constraints=[PropertyIsGreaterThan('dct:modified', '2036-01-01')]), [])
        equal('CSW: a CQL text', found(cql="dc:title like '%Antony%' and AnyText like '%clients%'"), codes('mob', 'pis'))
        equal('CSW: CQL in a box', found(cql="BBOX(ows:BoundingBox, 2.285, 48.74, 2.31, 48.765) AND title ILIKE '%ARBRES%'"), codes('arb'))
        equal('CSW: CQL with parentheses and NOT', found(cql="(title LIKE 'Pistes%' OR title LIKE 'Mobilier%') AND NOT identifier = 'fr-92-mig-pis'"),
              codes('mob'))
        equal('CSW: CQL of absence and dates', found(cql='ServiceType IS NULL AND Modified AFTER 2020-01-01'), sorted(RECORDS))
        refused('CSW: broken CQL says where', lambda: found(cql="title LIKE 'x' AND"), ['character'])
        equal('CSW: like in one letter', found(constraints=[PropertyIsLike('apiso:title', '_istes%')]), codes('pis'))
        equal('CSW: less than', found(constraints=[PropertyIsLessThan('dct:modified', '2036')]), sorted(RECORDS))
        equal('CSW: between', found(constraints=[PropertyIsBetween('dct:modified', '2020-01-01', '2036-01-01')]), sorted(RECORDS))
        equal('CSW: null', found(constraints=[PropertyIsNull('apiso:ServiceType')]), sorted(RECORDS))
        equal('CSW: not equal', found(constraints=[PropertyIsNotEqualTo('dc:type', 'dataset')]), [])
        refused('CSW: an unknown queryable', lambda: found(constraints=[PropertyIsEqualTo('apiso:Colour', 'x')]), ['Colour'])
        equal('CSW: a subject', found(constraints=[PropertyIsEqualTo('dc:subject', 'végétation')]), codes('arb', 'mob', 'pis'))
        equal('CSW: a record for partners', found(constraints=[PropertyIsEqualTo('dc:identifier', 'fr-92-mig-eau')]),
              codes('eau') if INSIDER else [])

    with section('CSW order'):
        service.getrecords2(maxrecords=50, sortby=SortBy([SortProperty('dc:title', 'DESC')]))
        titles = [record.title for record in service.records.values()]
        check('CSW: order downwards', titles[0].startswith(('Référentiel', 'Éclairage', 'Propriétaires', 'Points')) and
              titles[-1].startswith(('Aménagements', 'Arbres')), titles)

    with section('CSW pages'):
        for size in [1, 3, 5]:
            seen, start = [], 1
            while start:
                service.getrecords2(maxrecords=size, startposition=start)
                seen += list(service.records)
                start = service.results['nextrecord']
                if len(seen) > 100:
                    break
            equal('CSW: pages of %d, each once' % size, sorted(seen), sorted(RECORDS))

    with section('CSW hits'):
        service.getrecords2(resulttype='hits')
        equal('CSW: hits', (service.results['matches'], service.results['returned']), (len(RECORDS), 0))

    with section('CSW by id'):
        service.getrecordbyid(['fr-92-mig-arb', 'fr-92-mig-pis'])
        equal('CSW: by id', sorted(service.records), codes('arb', 'pis'))
        trees = service.records['fr-92-mig-arb']
        check('CSW: links of a record', {'OGC:WMS', 'OGC:WFS'} <= {link['scheme'] for link in trees.references}, trees.references)
        service.getrecordbyid(['fr-92-mig-arb'], outputschema=GMD)
        full = service.records['fr-92-mig-arb']
        equal('CSW: by id in ISO 19139', (full.identifier, full.identification.title), ('fr-92-mig-arb', 'Arbres d’alignement d’Antony'))
        check('CSW: its box', in_degrees(float(full.identification.bbox.minx), float(full.identification.bbox.miny)))
        check('CSW: its links', {'OGC:WMS', 'OGC:WFS'} <= {link.protocol for link in full.distribution.online},
              [link.protocol for link in full.distribution.online])
        check('CSW: texts of the charter (R25)', any('à titre gratuit' in text for text in full.identification.uselimitation),
              full.identification.uselimitation)
        service.getrecords2(outputschema=GMD, maxrecords=50, esn='full')
        equal('CSW: all in ISO 19139', sorted(service.records), sorted(RECORDS))
        service.getrecordbyid(['nothing-of-that-name'])
        equal('CSW: an unknown id', list(service.records), [])

    with section('CSW domain'):
        service.describerecord()
        check('CSW: DescribeRecord', b'schema' in service.response, service.response[:100])
        service.getdomain('dc:type', 'property')
        equal('CSW: GetDomain of a queryable', service.results, {'type': 'csw:Record', 'property': 'dc:type', 'values': ['dataset']})
        service.getdomain('dc:identifier', 'property')
        equal('CSW: GetDomain tells what the account may find', sorted(service.results['values']), sorted(RECORDS))
        service.getdomain('GetRecords.resultType')
        equal('CSW: GetDomain of a parameter', service.results['values'], ['hits', 'results', 'validate'])

    with section('CSW older calls'):
        service.getrecords(qtype='dataset', keywords=['clients'], maxrecords=50)
        equal('CSW: getrecords with words', sorted(service.records), codes('mob', 'pis'))
        service.getrecords(bbox=[2.285, 48.74, 2.31, 48.765], maxrecords=50)
        check('CSW: getrecords with a box', 'fr-92-mig-arb' in service.records and 'fr-92-mig-ecl' not in service.records, list(service.records))
        service.getrecords(cql="csw:AnyText like '%clients%'", maxrecords=50, sortby='dc:title')
        equal('CSW: getrecords with CQL, in order', list(service.records), ['fr-92-mig-mob', 'fr-92-mig-pis'])
        whole = b'<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2" resultType="results" maxRecords="50"><csw:Query typeNames="csw:Record"><csw:ElementSetName>brief</csw:ElementSetName></csw:Query></csw:GetRecords>'
        service.getrecords2(xml=whole)
        equal('CSW: a document of its own', sorted(service.records), sorted(RECORDS))
        for esn in ['brief', 'summary', 'full']:
            equal('CSW: %s records' % esn, found(esn=esn), sorted(RECORDS))

    with section('CSW refusals'):
        refused('CSW: nothing is written', lambda: service.transaction(ttype='insert', typename='csw:Record', record='<csw:Record xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>'),
                ['Transaction'])
        refused('CSW: nothing is harvested', lambda: service.harvest('http://127.0.0.1/x.xml', 'http://www.isotc211.org/2005/gmd'), ['Harvest'])


def rights():
    with section('one word in all services'):
        maps_, types = (WebMapService(ROOT + '/wms', version='1.3.0', **who).contents,
                        WebFeatureService(ROOT + '/wfs', version='2.0.0', **who).contents)
        catalogue = CatalogueServiceWeb(ROOT + '/csw', **who)
        catalogue.getrecords2(maxrecords=50)
        check('every type is a layer', set(types) <= set(maps_), (sorted(types), sorted(maps_)))
        named = {re.search(r'[?&]id=([^&]+)', link['url']).group(1) for one in list(maps_.values()) + list(types.values()) for link in one.metadataUrls}
        check('the record of each layer is found by the same account', len(named) == len(maps_) and named <= set(catalogue.records), sorted(named))
        addresses = {link['url'] for one in maps_.values() for link in one.metadataUrls}
        documents = [openURL(address, auth=Authentication(LOGIN, KEY) if LOGIN else None, headers=who.get('headers')).read()
                     for address in sorted(addresses)]
        check('and its address answers', all(b'<gmd:MD_Metadata' in document for document in documents), documents[0][:200])


if TASK['wrong']:
    words = ['401', 'uthori', 'credentials', 'AuthenticationRequired']
    refused('WFS: a wrong key fails', lambda: WebFeatureService(ROOT + '/wfs', version='2.0.0', **who), words)
    refused('WMS: a wrong key fails', lambda: WebMapService(ROOT + '/wms', version='1.3.0', **who), words)
    refused('CSW: a wrong key fails', lambda: CatalogueServiceWeb(ROOT + '/csw', **who), words)
else:
    features()
    maps()
    records()
    rights()
