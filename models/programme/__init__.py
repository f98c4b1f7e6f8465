"""The 90-day programme: what each week asks for, what shows it, and what is posted when.

`tasks` and `dates` are pure; `course` folds what people said and what the store attests
into where the plan stands; `Plan` reads and writes it; `posts` says it.
"""
