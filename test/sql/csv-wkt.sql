copy (select concat('arbres.', s.k) as "id", case when "s"."c0" ~ '^[=+@\t\r-]' then '''' || "s"."c0" else "s"."c0" end as "nom", "s"."c1" as "etages", "s"."c2" as "surface", "s"."c3" as "prix", "s"."c4" as "hauteur", "s"."c5"::text as "actif", "s"."c6" as "pose", replace(replace("s"."c7"::timestamptz::text, ' ', 'T'), '+00', 'Z') as "vu", case when array_to_string("s"."c8", '; ') ~ '^[=+@\t\r-]' then '''' || array_to_string("s"."c8", '; ') else array_to_string("s"."c8", '; ') end as "mots", case when "s"."c9" ~ '^[=+@\t\r-]' then '''' || "s"."c9" else "s"."c9" end as "secret", ST_AsText(s.g, 3) as "wkt"
from (select "t"."fid" as k, "t"."geom" as g, "t"."nom_c" as "c0", "t"."etages_c" as "c1", "t"."surface_c" as "c2", "t"."prix_c" as "c3", "t"."hauteur_c" as "c4", "t"."actif_c" as "c5", "t"."pose_c" as "c6", "t"."vu_c" as "c7", "t"."mots_c" as "c8", "t"."secret_c" as "c9"
from "data"."arbres" as t
where true
order by "t"."fid") s) to stdout (format csv, header);
