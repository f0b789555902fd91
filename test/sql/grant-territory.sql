with "area1" as materialized (select ST_Transform(ST_Union(o.territory), 2154) as shape
from geomig.organisation o
where o.id = any($1::int8[])) select count(*) as n
from "data"."arbres" as t
where (("t"."geom" && (select shape
from "area1") and (ST_ContainsProperly((select shape
from "area1"), "t"."geom") or (ST_Intersects("t"."geom", (select shape
from "area1")) and ST_Relate("t"."geom", (select shape
from "area1"), 'T********')))) and "t"."nom_c" = $2::text);
-- 1: {"4","7"}
-- 2: x
