copy (select concat('arbres.', s.k) as "id", case when "s"."c0" ~ '^[=+@\t\r-]' then '''' || "s"."c0" else "s"."c0" end as "nom", round(ST_X(s.g)::numeric, 3) as "x", round(ST_Y(s.g)::numeric, 3) as "y"
from (select "t"."fid" as k, "t"."geom" as g, "t"."nom_c" as "c0"
from "data"."arbres" as t
where true
order by "t"."fid") s) to stdout (format csv, header);
