select count(*) as n
from "data"."arbres" as t
where ("t"."geom" && ST_MakeEnvelope($1::float8, $2::float8, $3::float8, $4::float8, 3857) and ST_DWithin(ST_Transform("t"."geom", 4326)::geography, (select ST_Transform((select ST_Transform($5::geometry, 3857)), 4326)::geography), $6::float8));
-- 1: 244515.91016620325
-- 2: 6240607.292412407
-- 3: 256421.79840352785
-- 4: 6258297.449477544
-- 5: 0103000020e610000001000000050000009a99999999990140666666666666484066666666666602406666666666664840666666666666024033333333337348409a9999999999014033333333337348409a999999999901406666666666664840
-- 6: 250

select set_config('geomig.p1', $1, true), set_config('geomig.p2', $2, true), set_config('geomig.p3', $3, true), set_config('geomig.p4', $4, true), set_config('geomig.p5', $5, true), set_config('geomig.p6', $6, true);
-- 1: 244515.91016620325
-- 2: 6240607.292412407
-- 3: 256421.79840352785
-- 4: 6258297.449477544
-- 5: 0103000020e610000001000000050000009a99999999990140666666666666484066666666666602406666666666664840666666666666024033333333337348409a9999999999014033333333337348409a999999999901406666666666664840
-- 6: 250
copy (select concat(',{"type":"Feature","id":"arbres.', s.k, '","geometry":null,"properties":{"nom":', coalesce(to_json("s"."c0")::text, 'null'), '}}')
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where ("t"."geom" && ST_MakeEnvelope(current_setting('geomig.p1')::float8, current_setting('geomig.p2')::float8, current_setting('geomig.p3')::float8, current_setting('geomig.p4')::float8, 3857) and ST_DWithin(ST_Transform("t"."geom", 4326)::geography, (select ST_Transform((select ST_Transform((select current_setting('geomig.p5')::geometry), 3857)), 4326)::geography), current_setting('geomig.p6')::float8))
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
