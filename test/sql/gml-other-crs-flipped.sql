select set_config('geomig.p1', $1, true);
-- 1: srsName="http://www.opengis.net/def/crs/EPSG/0/4326"
copy (select concat('<wfs:member><antony:arbres gml:id="arbres.', s.k, '">', '<antony:geom>' || replace(nullif(ST_AsGML(3, s.g, 8, 22, 'gml', concat('_.arbres.', s.k)), ''), 'srsName="EPSG:4326"', (select current_setting('geomig.p1')::text)) || '</antony:geom>', '</antony:arbres></wfs:member>')
from (select s.k, ST_Transform(s.g, 4326) as g
from (select "t"."fid" as k, "t"."geom" as g
from "data"."arbres" as t
where true
order by "t"."fid") s
offset 0) s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
