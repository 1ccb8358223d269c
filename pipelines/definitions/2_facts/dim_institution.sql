-- the roster: designated hospitals and pharmacies, and the out-of-county hospitals that were paid; one on the rosters of several counties is that of the county it stands in
-- grain: institution
with listed as (
    select
        s.fixmedins_code as institution,
        s.fixmedins_name as name,
        t.type,
        s.category as kind,
        coalesce(h.level, 'unrated') as level,
        s.medins_trait as nature,
        case when s.in_county = '1' then c.county end as county,
        case when s.in_county = '1' then case when starts_with(s.town, c.name) then s.town else coalesce(c.name, '') || s.town end else s.town end as town,
        case when s.in_county = '1' then 'in_county' else 'out_of_county' end as place,
        s.pilot,
        s.payment_mode,
        s.agreement_no,
        s.agreement_from,
        s.agreement_to,
        coalesce(s.agreement_status, case when s.agreement_from is null then 'unsigned' else 'normal' end) as agreement_status,
        s.beds,
        row_number() over (
            partition by s.fixmedins_code
            order by case when s.in_county = '1' then 0 else 1 end, s.admdvs nulls last, s.fixmedins_name, s.agreement_no nulls last
        ) as place_in_rosters
    from stg_institutions s
    left join map_fixmedins_type t on t.code = s.fixmedins_type
    left join map_hosp_lv h on h.code = s.hosp_lv
    left join dim_county c on c.county = s.admdvs
)
select
    cast(institution as varchar) as institution,
    cast(name as varchar) as name,
    cast(type as varchar) as type,
    cast(kind as varchar) as kind,
    cast(level as varchar) as level,
    cast(nature as varchar) as nature,
    cast(county as varchar) as county,
    cast(town as varchar) as town,
    cast(place as varchar) as place,
    cast(pilot as varchar) as pilot,
    cast(payment_mode as varchar) as payment_mode,
    cast(agreement_no as varchar) as agreement_no,
    cast(agreement_from as date) as agreement_from,
    cast(agreement_to as date) as agreement_to,
    cast(agreement_status as varchar) as agreement_status,
    cast(beds as bigint) as beds
from listed
where place_in_rosters = 1
