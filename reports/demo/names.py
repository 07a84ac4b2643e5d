"""Who the demonstration's people are: made-up names, workplaces and titles, none of them anybody's."""

from __future__ import annotations

import re
import unicodedata

# First name | last name; a person with one name has nothing after the bar. The first ones open the applications.
_PEOPLE = """
Marisol|Jiménez Barrientos
Nguyễn Thị|Thu Hà
Keturah|Broadnax
Tamika|Oakley
Ximena|Valdivia Arriaga
Amirah|bint Yusuf al-Khatib
Mai Chao|Vang
Jolene|Stackhouse
Oluwaseun|Adebayo-Fairchild
Beatriz|Saldaña Ocampo
Wilhelmina|Featherstonehaugh-Pemberton
Indira|
Trang|Đỗ
Rosalind|Teague
Chenoa|Locklear-Dial
Fatoumata|Diallo
Marguerite|Éloise St. Amand
Paj Ntaub|Yang
Desirée|Cuthbertson
Siobhán|Ó Briain
Guadalupe|Montemayor de la Cruz
Yelena|Starodubtseva
Henrietta|Culpepper
Noor|Abdul-Rahman
Precious|Nwachukwu
Evangeline|Swaim
Itzel|Huerta Zambrano
Kou|Lor
Theodora|Papageorgiou-Wells
Latoya|Bynum
Ana Lucía|Echeverría Solís
Bích Ngọc|Trần
Cordelia|Hollifield
Zahra|Haddad
Mahala|Crowe
Jean-Baptiste|Kouassi
Philippa|Ledbetter
Araceli|Pacheco Villaseñor
Suda|
Rutendo|Chikwanha
Marlena|Szczepańska
Della Mae|Rainwater
Ifeoma|Eze-Hargrove
Camila|Restrepo Ángel
Pa Nhia|Thao
Georgianna|Whitfield
Samira|El-Amin
Lourdes|Quintanilla Peña
Hyacinth|Baptiste
Tuyết|Lâm
Ottilie|Brinkerhoff
Shanequa|Pettiford
Soraya|Tehrani
Magnolia|Deese
Consuelo|Zúñiga Robledo
Aisling|Mac Giolla
Dao|Her
Verónica|Batista Luján
Eudora|Lassiter
Malia|Kahananui
Tiberius|Goodson
Paloma|Iriarte Bustos
Hamza|Qureshi
Rowan|Estep
Kiều|Phạm
Bernadette|Oxendine-Hale
Yousra|Mansour
Calliope|Drakos
Chue|Xiong
Dorothea|Winstead
Esperanza|Cisneros Tovar
Leocadia|Furr
Ngozi|Umeh
Imogen|Tarkington
Adaeze|Obiora
Juniper|Caudill
Mercedes|Olvera Santibáñez
Sy|Khang
Thandiwe|Mokoena
Lavinia|Rhyne
Rafaela|Domínguez Aranda
Halima|Osman
Gráinne|Fallon
Xuân|Vũ
Cassiopeia|Blankenship
Nereida|Colón Rosario
Tallulah|Birdsong
Abena|Asante
Linh|Huỳnh
Sunniva|Halvorsen
Griselda|Tamez Leal
Mercy|Wanjiru
Clementine|Yarborough
Ha Eun|Seo
Yer|Moua
Rosario|Yupanqui
Araminta|Hedgepeth
Dilnoza|Karimova
Isaura|Monteiro
Temperance|Sigmon
Nokomis|Jacobs
Farida|Rahimi
Valentina|Ibáñez Carrasco
Odessa|Cheek
Maylee|Vue
Benedikta|Jónsdóttir
Ruqayyah|Saleh
Estrella|Madrigal Ponce
Lucasta|Overcash
Thảo|Bùi
Nadezhda|Volkova
Hermione|Blalock
Chiamaka|Okorie
Fiorella|Benavides Rojas
Savannah|Leatherwood
Kamala|
Ysabel|Arroyo Treviño
Grace|Mutasa
Bao|Lee
Winona|Chavis
Zeynep|Aydın
Prudence|Hoyle
Renata|Galindo Escobar
Marjani|Toliver
Anneliese|Kirschbaum
Quỳnh|Ngô
Lucinda|Burleson
Amina|Warsame
Ofelia|Cervantes Rincón
Sequoyah|Walkingstick
Ewa|Wiśniewska
Birdie|McLamb
Salma|Benkirane
Graciela|Urrutia Navas
Chansamone|Phommachanh
Delphia|Canipe
Efua|Mensah-Boykin
Marcelina|Tapia Lozano
Katarzyna|Łuczak
Hadiya|Farooqi
Lorelei|Penland
Dulce|Arredondo Salcido
Mikaela|Strickland
Ye Jin|Pak
Adelaida|Figueroa Montes
Kalea|Makoa
Ondine|Beaufort
Shreya|Venkataraghavan
Tova|Lindqvist
Zipporah|Gaddy
""".strip()
PEOPLE = [tuple(line.split("|")) for line in _PEOPLE.splitlines()]

# Workplaces by field of work; none of them exists.
AGENCIES = {
    "early_education": ["Little Acorn Early Learning", "Dogwood Lane Child Development Center", "Bluebird Playhouse"],
    "head_start": ["Piney Grove Head Start", "Three Rivers Early Head Start", "Sunrise Hollow Head Start"],
    "early_intervention": ["Catalpa Children’s Developmental Services", "Foothills Early Steps Agency"],
    "home_visiting": ["Longleaf Family Center", "Lantern Home Visiting", "Cradle Creek Family Visits"],
    "child_welfare": ["Harbor Light Kinship Services", "Juniper County Family Support Office"],
    "mental_health": ["Quiet Harbor Counseling", "Wild Indigo Family Therapy", "Stillwater Attachment Clinic"],
    "consultation": ["Firefly Early Childhood Consultation", "Trellis Consultation Partners"],
    "health": ["Marsh Wren Pediatrics", "Hearthstone Maternal Health", "Sweetgum Family Medicine"],
    "therapies": ["Stepping Stones Therapy Cooperative", "Gentle Current Developmental Therapies"],
    "policy": ["Carolina Beginnings Policy Office", "Tar River Early Years Alliance"],
    "academia": ["Cape Lantern University", "Uwharrie Valley College"],
    "other": ["Open Door Library for Families", "Cedar Bridge Doulas"],
}
COHORT_AGENCY = "Hopewell Family Network"
TITLES = {
    "early_education": ["Lead infant teacher", "Center director", "Toddler teacher"],
    "head_start": ["Family engagement specialist", "Early Head Start teacher", "Health and wellness coordinator"],
    "early_intervention": ["Early intervention service coordinator", "Early interventionist"],
    "home_visiting": ["Home visitor", "Parent educator", "Home visiting supervisor"],
    "child_welfare": ["Foster care social worker", "In-home services worker"],
    "mental_health": ["Child and family therapist", "Clinical supervisor", "Infant mental health clinician"],
    "consultation": ["Early childhood mental health consultant", "Consultation team lead"],
    "health": ["Pediatric nurse", "Perinatal social worker", "Doula program nurse"],
    "therapies": ["Speech-language therapist", "Occupational therapist"],
    "policy": ["Program manager", "Director of early childhood policy"],
    "academia": ["Associate professor of child development", "Research scientist"],
    "other": ["Community outreach worker", "Postpartum doula"],
}
SCHOOLS = [
    "Cape Lantern University",
    "Uwharrie Valley College",
    "Blue Gap Community College",
    "Sandhill Crane University",
]
# People who answer for others: supervisors, colleagues, families, teachers.
RATER_FIRST = [
    "Abigail",
    "Bashir",
    "Celestine",
    "Dmitri",
    "Eleanor",
    "Farouk",
    "Gwendolyn",
    "Hiroshi",
    "Ines",
    "Jerome",
    "Khadija",
    "Lamar",
    "Minh",
    "Nadia",
    "Octavio",
    "Priya",
    "Quentin",
    "Rosa",
    "Silas",
    "Teresa",
    "Ulises",
    "Vashti",
    "Wendell",
    "Xochitl",
    "Yolanda",
    "Zachary",
]
RATER_LAST = [
    "Abernathy",
    "Baptista",
    "Chaudhry",
    "Duvall",
    "Escamilla",
    "Frazier",
    "Guilford",
    "Honeycutt",
    "Iqbal",
    "Jernigan",
    "Kisner",
    "Lovelace",
    "Moua",
    "Nakamura",
    "Okafor",
    "Pruitt",
    "Quick",
    "Rosales",
    "Sandoval",
    "Thigpen",
    "Underhill",
    "Vu",
    "Whisnant",
    "Xiong",
    "Youngblood",
    "Zeller",
]
TRAINERS = ["Longleaf Training Institute", "Hummingbird Learning Collaborative", "Two Rivers Institute for Early Years"]


def address(first: str, last: str, *, at: str = "example.org") -> str:
    """An address of a made-up person, in plain letters: `marisol.jimenez-barrientos@example.org`."""
    parts = [_plain(part) for part in (first, last) if part]
    return f"{'.'.join(parts)}@{at}"


def _plain(text: str) -> str:
    folded = text.casefold().replace("đ", "d").replace("ł", "l").replace("ı", "i")
    letters = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", "-", letters).strip("-")
