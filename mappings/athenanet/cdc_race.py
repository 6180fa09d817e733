"""CDC race and ethnicity codes -> OMB category, as US Core writes them.

The categories of US Core 6.1.0, the detailed codes with a name, and for what has no row the ranges in which the CDC
numbers its hierarchy (R1 American Indian or Alaska Native has some 700 codes). A code carries a mod-10 check digit.
https://www.cdc.gov/phin/resources/vocabulary/documents/cdc-race--ethnicity-background-and-purpose.pdf
"""

from __future__ import annotations

import re

from mappings.check_digits import check_digit

CDC_RACE = "urn:oid:2.16.840.1.113883.6.238"

OMB_RACE = {
    "1002-5": "American Indian or Alaska Native",
    "2028-9": "Asian",
    "2054-5": "Black or African American",
    "2076-8": "Native Hawaiian or Other Pacific Islander",
    "2106-3": "White",
}
OTHER_RACE = {"2131-1": "Other Race"}  # no category of US Core 6.1.0: kept as text

OMB_ETHNICITY = {
    "2135-2": "Hispanic or Latino",
    "2186-5": "Not Hispanic or Latino",
}

OMB_RACE_OF_HIERARCHY = {  # athenaNet's hierarchicalcode, its first part
    "R1": "1002-5",
    "R2": "2028-9",
    "R3": "2054-5",
    "R4": "2076-8",
    "R5": "2106-3",
}

_RANGES = (  # first and last number without the check digit, OMB race
    (1003, 2027, "1002-5"),
    (2029, 2053, "2028-9"),
    (2055, 2075, "2054-5"),
    (2077, 2105, "2076-8"),
    (2107, 2130, "2106-3"),
    (2500, 2500, "2076-8"),
)

DETAILED_RACE = {
    "1004-1": "American Indian",
    "1735-0": "Alaska Native",
    "2029-7": "Asian Indian",
    "2030-5": "Bangladeshi",
    "2031-3": "Bhutanese",
    "2032-1": "Burmese",
    "2033-9": "Cambodian",
    "2034-7": "Chinese",
    "2035-4": "Taiwanese",
    "2036-2": "Filipino",
    "2037-0": "Hmong",
    "2038-8": "Indonesian",
    "2039-6": "Japanese",
    "2040-4": "Korean",
    "2041-2": "Laotian",
    "2042-0": "Malaysian",
    "2043-8": "Okinawan",
    "2044-6": "Pakistani",
    "2045-3": "Sri Lankan",
    "2046-1": "Thai",
    "2047-9": "Vietnamese",
    "2048-7": "Iwo Jiman",
    "2049-5": "Maldivian",
    "2050-3": "Nepalese",
    "2051-1": "Singaporean",
    "2052-9": "Madagascar",
    "2056-0": "Black",
    "2058-6": "African American",
    "2060-2": "African",
    "2061-0": "Botswanan",
    "2062-8": "Ethiopian",
    "2063-6": "Liberian",
    "2064-4": "Namibian",
    "2065-1": "Nigerian",
    "2066-9": "Zairean",
    "2067-7": "Bahamian",
    "2068-5": "Barbadian",
    "2069-3": "Dominican",
    "2070-1": "Dominica Islander",
    "2071-9": "Haitian",
    "2072-7": "Jamaican",
    "2073-5": "Tobagoan",
    "2074-3": "Trinidadian",
    "2075-0": "West Indian",
    "2078-4": "Polynesian",
    "2079-2": "Native Hawaiian",
    "2080-0": "Samoan",
    "2081-8": "Tahitian",
    "2082-6": "Tongan",
    "2083-4": "Tokelauan",
    "2085-9": "Micronesian",
    "2086-7": "Guamanian or Chamorro",
    "2087-5": "Guamanian",
    "2088-3": "Chamorro",
    "2089-1": "Mariana Islander",
    "2090-9": "Marshallese",
    "2091-7": "Palauan",
    "2092-5": "Carolinian",
    "2093-3": "Kosraean",
    "2094-1": "Pohnpeian",
    "2095-8": "Saipanese",
    "2096-6": "Kiribati",
    "2097-4": "Chuukese",
    "2098-2": "Yapese",
    "2100-6": "Melanesian",
    "2101-4": "Fijian",
    "2102-2": "Papua New Guinean",
    "2103-0": "Solomon Islander",
    "2104-8": "New Hebrides",
    "2500-7": "Other Pacific Islander",
    "2108-9": "European",
    "2109-7": "Armenian",
    "2110-5": "English",
    "2111-3": "French",
    "2112-1": "German",
    "2113-9": "Irish",
    "2114-7": "Italian",
    "2115-4": "Polish",
    "2116-2": "Scottish",
    "2118-8": "Middle Eastern or North African",
    "2119-6": "Assyrian",
    "2120-4": "Egyptian",
    "2121-2": "Iranian",
    "2122-0": "Iraqi",
    "2123-8": "Lebanese",
    "2124-6": "Palestinian",
    "2125-3": "Syrian",
    "2126-1": "Afghanistani",
    "2127-9": "Israeli",
    "2129-5": "Arab",
}

DETAILED_ETHNICITY = {  # all of Hispanic or Latino
    "2137-8": "Spaniard",
    "2138-6": "Andalusian",
    "2139-4": "Asturian",
    "2140-2": "Castillian",
    "2141-0": "Catalonian",
    "2142-8": "Belearic Islander",
    "2143-6": "Gallego",
    "2144-4": "Valencian",
    "2145-1": "Canarian",
    "2146-9": "Spanish Basque",
    "2148-5": "Mexican",
    "2149-3": "Mexican American",
    "2150-1": "Mexicano",
    "2151-9": "Chicano",
    "2152-7": "La Raza",
    "2153-5": "Mexican American Indian",
    "2155-0": "Central American",
    "2156-8": "Costa Rican",
    "2157-6": "Guatemalan",
    "2158-4": "Honduran",
    "2159-2": "Nicaraguan",
    "2160-0": "Panamanian",
    "2161-8": "Salvadoran",
    "2162-6": "Central American Indian",
    "2163-4": "Canal Zone",
    "2165-9": "South American",
    "2166-7": "Argentinean",
    "2167-5": "Bolivian",
    "2168-3": "Chilean",
    "2169-1": "Colombian",
    "2170-9": "Ecuadorian",
    "2171-7": "Paraguayan",
    "2172-5": "Peruvian",
    "2173-3": "Uruguayan",
    "2174-1": "Venezuelan",
    "2175-8": "South American Indian",
    "2176-6": "Criollo",
    "2178-2": "Latin American",
    "2180-8": "Puerto Rican",
    "2182-4": "Cuban",
    "2184-0": "Dominican",
}

RACE_NAMES = OMB_RACE | OTHER_RACE | DETAILED_RACE
ETHNICITY_NAMES = OMB_ETHNICITY | DETAILED_ETHNICITY

_CODE = re.compile(r"([0-9]{4})-([0-9])", re.ASCII)


def omb_race(code: str) -> str | None:
    """The OMB race that a CDC race code is or belongs to; None for Other Race and for what is no such code."""
    if code in OMB_RACE:
        return code
    if not is_code(code):
        return None
    number = int(code[:4])
    return next((race for first, last, race in _RANGES if first <= number <= last), None)


def omb_ethnicity(code: str) -> str | None:
    """Likewise for ethnicity."""
    if code in OMB_ETHNICITY:
        return code
    return "2135-2" if code in DETAILED_ETHNICITY else None


def is_code(code: str) -> bool:
    """Four digits and the right check digit."""
    found = _CODE.fullmatch(code)
    return found is not None and check_digit(found[1]) == int(found[2])
