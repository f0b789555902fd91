copy (select concat('<wfs:member><antony:arbres gml:id="arbres.', s.k, '">', '<antony:geom>' || case GeometryType(s.g) when 'MULTIPOINT' then '<gml:MultiPoint srsName="' || 'urn:ogc:def:crs:EPSG::2154' || '" gml:id="_.arbres.' || s.k || '">' || (select string_agg('<gml:pointMember>' || ST_AsGML(3, ST_SetSRID(members.geom, 0), 3, 7, 'gml', concat('_..', members.n, '.arbres.', s.k)) || '</gml:pointMember>', ''
order by members.n)
from ST_Dump(s.g) with ordinality as members(path, geom, n)) || '</gml:MultiPoint>' when 'MULTILINESTRING' then '<gml:MultiCurve srsName="' || 'urn:ogc:def:crs:EPSG::2154' || '" gml:id="_.arbres.' || s.k || '">' || (select string_agg('<gml:curveMember>' || ST_AsGML(3, ST_SetSRID(members.geom, 0), 3, 7, 'gml', concat('_..', members.n, '.arbres.', s.k)) || '</gml:curveMember>', ''
order by members.n)
from ST_Dump(s.g) with ordinality as members(path, geom, n)) || '</gml:MultiCurve>' when 'MULTIPOLYGON' then '<gml:MultiSurface srsName="' || 'urn:ogc:def:crs:EPSG::2154' || '" gml:id="_.arbres.' || s.k || '">' || (select string_agg('<gml:surfaceMember>' || ST_AsGML(3, ST_SetSRID(members.geom, 0), 3, 7, 'gml', concat('_..', members.n, '.arbres.', s.k)) || '</gml:surfaceMember>', ''
order by members.n)
from ST_Dump(s.g) with ordinality as members(path, geom, n)) || '</gml:MultiSurface>' when 'GEOMETRYCOLLECTION' then '<gml:MultiGeometry srsName="' || 'urn:ogc:def:crs:EPSG::2154' || '" gml:id="_.arbres.' || s.k || '">' || (select string_agg('<gml:geometryMember>' || ST_AsGML(3, ST_SetSRID(members.geom, 0), 3, 7, 'gml', concat('_..', members.n, '.arbres.', s.k)) || '</gml:geometryMember>', ''
order by members.n)
from ST_Dump(s.g) with ordinality as members(path, geom, n)) || '</gml:MultiGeometry>' else nullif(ST_AsGML(3, s.g, 3, 7, 'gml', concat('_.arbres.', s.k)), '') end || '</antony:geom>', '</antony:arbres></wfs:member>')
from (select "t"."fid" as k, "t"."geom" as g
from "data"."arbres" as t
where true
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
