copy (select concat('<gml:featureMember><antony:arbres fid="arbres.', s.k, '">', '<antony:geom>' || ST_AsGML(2, s.g, 3, 0) || '</antony:geom>', '</antony:arbres></gml:featureMember>')
from (select "t"."fid" as k, "t"."geom" as g
from "data"."arbres" as t
where true
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
