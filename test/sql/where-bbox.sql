select count(*) as n
from "data"."arbres" as t
where ("t"."geom" && ST_MakeEnvelope($1::float8, $2::float8, $3::float8, $4::float8, 2154) and ("t"."geom" @ ST_MakeEnvelope($5::float8, $6::float8, $7::float8, $8::float8, 2154) or ST_Intersects("t"."geom", ST_MakeEnvelope($1::float8, $2::float8, $3::float8, $4::float8, 2154))));
-- 1: 640000
-- 2: 6850000
-- 3: 641000
-- 4: 6851000
-- 5: 640000.3051757812
-- 6: 6850003.266334534
-- 7: 640999.6943473816
-- 8: 6850996.733188629

select set_config('geomig.p1', $1, true), set_config('geomig.p2', $2, true), set_config('geomig.p3', $3, true), set_config('geomig.p4', $4, true), set_config('geomig.p5', $5, true), set_config('geomig.p6', $6, true), set_config('geomig.p7', $7, true), set_config('geomig.p8', $8, true);
-- 1: 640000
-- 2: 6850000
-- 3: 641000
-- 4: 6851000
-- 5: 640000.3051757812
-- 6: 6850003.266334534
-- 7: 640999.6943473816
-- 8: 6850996.733188629
copy (select concat(',{"type":"Feature","id":"arbres.', s.k, '","geometry":null,"properties":{"nom":', coalesce(to_json("s"."c0")::text, 'null'), '}}')
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where ("t"."geom" && ST_MakeEnvelope(current_setting('geomig.p1')::float8, current_setting('geomig.p2')::float8, current_setting('geomig.p3')::float8, current_setting('geomig.p4')::float8, 2154) and ("t"."geom" @ ST_MakeEnvelope(current_setting('geomig.p5')::float8, current_setting('geomig.p6')::float8, current_setting('geomig.p7')::float8, current_setting('geomig.p8')::float8, 2154) or ST_Intersects("t"."geom", ST_MakeEnvelope(current_setting('geomig.p1')::float8, current_setting('geomig.p2')::float8, current_setting('geomig.p3')::float8, current_setting('geomig.p4')::float8, 2154))))
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
