"""What people write in the demonstration. All of it is made up; no family in it exists."""

DUTIES = {
    "FA": "I care for eight infants and toddlers with a co-teacher, plan the day around their rhythms, and talk with each "
    "family at drop-off and pick-up about how their child is doing.",
    "FS": "I visit families of babies and toddlers at home every week. We watch the child together, wonder about what the "
    "baby is telling us, and look for what the parent already does well.",
    "MHS": "I see parents and young children together for child–parent psychotherapy, often after loss or separation, and "
    "work closely with pediatric offices and child welfare.",
    "MHM-C": "I see dyads, lead a team of clinicians, and offer reflective supervision to home visitors and therapists.",
    "MHM-P": "I lead a statewide program for young children and their families, write its standards, and work with "
    "agencies and legislators so that relationships come first in how services are paid for.",
    "MHM-RF": "I teach infant mental health to graduate students, lead a research group on early relationships, and "
    "publish what we learn together with community partners.",
}
LEADING = [
    ("leadership", "A county board for the early years", "Chair"),
    ("teaching", "A yearly seminar on watching babies", "Lead teacher"),
    ("publication", "What families taught us: a report on visits by video", "First author"),
    ("advocacy", "A working group on pay for early relationships", "Founding member"),
]
LASTING = [one for one in LEADING if one[0] != "publication"]
LED = "It brings together people who are new to the field with those who have been at it for long."
GIVING = "I offer reflective supervision to two groups and three people one to one, in person and by video."
TRAININGS = [
    ("Babies, toddlers and the people who love them", "series"),
    ("Watching and wondering: observation in the first three years", "workshop"),
    ("Trauma, loss and repair in early relationships", "series"),
    ("Play at the center: supporting parents with young children", "webinar"),
    ("Pregnancy and early parenthood", "course"),
    ("Annual meeting on the early years", "conference"),
]
COURSES = [
    ("HDF 301", "Infants and families"),
    ("PSY 542", "Attachment across the life span"),
    ("SOW 610", "Families, loss and repair"),
    ("ECE 220", "Play and learning in the first three years"),
]
EQUITY = "Whose lullaby? Culture, history and humility in work with families"
SUPERVISING = "Giving reflective supervision: parallel process and the supervisor’s own stance"
STRENGTHS = [
    "Careful observation: the work samples show how closely you watch before you act.",
    "You hold the parent and the baby in mind together, also when a visit is hard.",
    "Your reflective supervision shows: you write about your own reactions with honesty.",
    "A wide range of training, well tied to your daily work.",
    "Families’ languages and histories come first in how you plan your work.",
]
GROWTH = [
    "More experience with families expecting a baby would round out your work.",
    "Consider training on adult mental health and how it touches the youngest.",
    "Keep building how you name what you feel in the room, and what you do with it.",
    "",
]
PRIVATE = ["A clear case.", "I went back and forth on one area; see its comment.", ""]
COMMENTS = [
    "One training touches this. A second, or an example from your work, would show it fully.",
    "Well shown in your work; say more about how you use it with families.",
]
REMARKS = [
    "A steady, curious colleague whom families trust.",
    "Brings hard moments to supervision and stays with them. I learn from our talks.",
    "Listens first. The babies on the caseload are lucky.",
    "Knows the community well and speaks up for families without speaking over them.",
]
STATEMENT = (
    "Our center pays what it can, and this year that is not enough for the fee. Most families I work with are new to the "
    "county. Being endorsed would help me to bring what I know to the two younger teachers I work with, and would tell "
    "families that somebody is trained to stand beside them."
)
PLANS = (
    "Please add two entries of training on mental and behavioral disorders in adults, and twelve more hours of reflective "
    "supervision in which you bring a case from beginning to end. We are glad to talk about where to find both."
)
QUESTIONS = [
    "Could you tell us in which county most of the families you work with live?",
    "You wrote that you have worked for half a year. Did you work with young children before that, paid or not?",
    "Which of the categories did you have in mind? The category finder on our pages may help.",
]
GROWING = [
    (
        "You are on a good path. Two years of paid work with families of babies are asked, and you have shown one. Please "
        "come back next fall; meanwhile the reflective supervision group on Thursdays is open to you."
    ),
    (
        "The endorsement asks for work with children up to six. A seat in our training series for school staff may be a "
        "better first step, and we would like to see you there."
    ),
]
RETURNED = [
    (
        (
            "The certificate of your training series can’t be read: please upload it again. And please add the end date "
            "of your work at the first agency."
        ),
        "work training",
    ),
    (
        "Please add who gave you reflective supervision in the first half of the year; the hours don’t name a provider.",
        "supervision",
    ),
]
VOIDED = "One of your references can’t be counted, so please name somebody else who knows your work."
RETURNED_ONCE = "Your work reads well, but is short: please say what you do when you visit. And a training you told us of is missing."
MORE_DUTIES = (
    "On a visit I sit on the floor with parent and child, follow what the two are doing, and put into words what I see "
    "between them. Afterward I write down what I wondered about, and bring it to reflective supervision."
)
FORGOTTEN = ("Sleep, soothing and the baby’s own pace", "Two Rivers Institute for Early Years")
ON_HOLD = "On parental leave until the new year, by their own wish."
EMPLOYER_ADDRESS = "1 Longleaf Lane\nPiney Grove, NC 00000"
